/* counter FOLDER ID LINES PER_SECOND LENGTH [CODE]
 *
 * Writes LINES numbered lines (0: without end) of LENGTH bytes, each in a write of its own; without a rate (0) as fast as it can, in
 * writes of 32 KiB. Then it exits with CODE. What it was stopped from writing it does not make up for.
 * FOLDER/ID-PID says at any time, also when it was killed, how many lines it has written: 8 bytes, and 8 that are 1 when it has come to its end. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t *life(const char *folder, long id) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%ld-%d", folder, id, (int)getpid());
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, 16) != 0) exit(2);
  volatile uint64_t *words = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (words == MAP_FAILED) exit(2);
  close(file);
  return words;
}

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written <= 0) exit(1);
    bytes += written;
    count -= written;
  }
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void wait_until(int64_t at) {
  const struct timespec time = {at / 1000000000LL, at % 1000000000LL};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  long id = atol(argv[2]), lines = atol(argv[3]), rate = atol(argv[4]), code = argc > 6 ? atol(argv[6]) : 0;
  size_t length = atol(argv[5]), block = rate > 0 ? 1 : 32 * 1024, used = 0;
  long waiting = 0;
  volatile uint64_t *words = life(argv[1], id);
  char *buffer = malloc(block + length + 64);

  int64_t due = now();
  for (long number = 1; lines == 0 || number <= lines; number++) {
    char *line = buffer + used;
    int head = sprintf(line, "%ld %d %010ld ", id, (int)getpid(), number);
    memset(line + head, 'x', length - 1 - head);
    line[length - 1] = '\n';
    used += length;
    waiting++;
    if (used < block && number != lines) continue;
    write_all(buffer, used);
    words[0] += waiting;
    used = waiting = 0;
    if (rate == 0) continue;
    int64_t moment = now();
    due = due + 1000000000LL / rate > moment - 10000000LL ? due + 1000000000LL / rate : moment;
    if (due > moment + 1000000LL) wait_until(due);
  }
  words[1] = 1;
  return code;
}
