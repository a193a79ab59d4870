/* producer ID LINES LENGTH WRITESIZE [TALLY PRODUCERS]
 *
 * Writes LINES numbered lines of LENGTH bytes in writes of WRITESIZE bytes (0: one write per line), then exits at once.
 * With TALLY it notes there when it began and ended, and exits only when all PRODUCERS have ended: some runners stop
 * everything at the first exit. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tally.h"

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written <= 0) exit(1);
    bytes += written;
    count -= written;
  }
}

static void wait_for_all(int tally, long producers) {
  const struct timespec pause = {0, 2 * 1000 * 1000};
  struct stat status;
  while (fstat(tally, &status) == 0 && status.st_size < 2 * producers * TALLY_RECORD) nanosleep(&pause, NULL);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  long id = atol(argv[1]), lines = atol(argv[2]), producers = argc > 6 ? atol(argv[6]) : 0;
  size_t length = atol(argv[3]), write_size = atol(argv[4]);
  int tally = producers ? tally_open(argv[5]) : -1;

  size_t capacity = write_size + length + 64, used = 0;
  char *buffer = malloc(capacity);
  if (producers) tally_write(tally, "start", id);

  for (long number = 0; number < lines; number++) {
    char *line = buffer + used;
    int head = sprintf(line, "%ld %010ld ", id, number);
    memset(line + head, 'x', length - 1 - head);
    line[length - 1] = '\n';
    used += length;
    if (used >= write_size) {
      size_t count = write_size ? write_size : used;
      write_all(buffer, count);
      memmove(buffer, buffer + count, used - count);
      used -= count;
    }
  }
  write_all(buffer, used);

  if (producers) {
    tally_write(tally, "end", id);
    wait_for_all(tally, producers);
  }
  return 0;
}
