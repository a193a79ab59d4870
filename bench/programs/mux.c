/* mux NAME COMMAND [NAME COMMAND]...
 *
 * What a Procfile runner's output path costs at least: one pipe per command, poll, 64 KiB reads, whole lines only,
 * `HH:MM:SS NAME | ` before each of them by writev. Nothing is supervised, no signal is handled. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (64 * 1024)
#define PARTS 8192

struct source {
  const char *name;
  char *tail; /* the line that has no end yet */
  size_t tail_length, tail_capacity;
};

static struct iovec parts[PARTS];
static int part_count;

static void flush(void) {
  struct iovec *next = parts;
  while (part_count > 0) {
    ssize_t written = writev(STDOUT_FILENO, next, part_count > 1024 ? 1024 : part_count);
    if (written < 0) exit(1);
    while (part_count > 0 && (size_t)written >= next->iov_len) {
      written -= next->iov_len;
      next++;
      part_count--;
    }
    if (part_count > 0) {
      next->iov_base = (char *)next->iov_base + written;
      next->iov_len -= written;
    }
  }
  part_count = 0;
}

static void add(void *bytes, size_t length) {
  if (length > 0) parts[part_count++] = (struct iovec){bytes, length};
}

static void keep_tail(struct source *source, const char *bytes, size_t length) {
  if (source->tail_length + length > source->tail_capacity) {
    source->tail_capacity = 2 * (source->tail_length + length) + 4096;
    source->tail = realloc(source->tail, source->tail_capacity);
  }
  memcpy(source->tail + source->tail_length, bytes, length);
  source->tail_length += length;
}

static void pass_on(struct source *source, char *bytes, size_t length, char *prefix, size_t prefix_length) {
  char *end = bytes + length, *newline;
  while ((newline = memchr(bytes, '\n', end - bytes))) {
    if (part_count > PARTS - 3) flush();
    add(prefix, prefix_length);
    add(source->tail, source->tail_length);
    add(bytes, newline + 1 - bytes);
    if (source->tail_length > 0) flush();
    source->tail_length = 0;
    bytes = newline + 1;
  }
  flush();
  if (bytes < end) keep_tail(source, bytes, end - bytes);
}

static int start(const char *command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) exit(1);
  if (fork() == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(127);
  }
  close(ends[1]);
  return ends[0];
}

int main(int argc, char **argv) {
  int count = (argc - 1) / 2, live = count;
  struct source *sources = calloc(count, sizeof *sources);
  struct pollfd *polls = calloc(count, sizeof *polls);
  static char chunk[CHUNK];

  for (int i = 0; i < count; i++) {
    sources[i].name = argv[2 * i + 1];
    polls[i] = (struct pollfd){.fd = start(argv[2 * i + 2]), .events = POLLIN};
  }
  while (live > 0) {
    poll(polls, count, -1);
    time_t now = time(NULL);
    struct tm clock;
    localtime_r(&now, &clock);
    for (int i = 0; i < count; i++) {
      if (!polls[i].revents) continue;
      char prefix[64];
      int prefix_length = snprintf(prefix, sizeof prefix, "%02d:%02d:%02d %-4s | ", clock.tm_hour, clock.tm_min,
                                   clock.tm_sec, sources[i].name);
      ssize_t length = read(polls[i].fd, chunk, CHUNK);
      if (length > 0) {
        pass_on(&sources[i], chunk, length, prefix, prefix_length);
        continue;
      }
      close(polls[i].fd);
      polls[i].fd = -1;
      live--;
    }
  }
  return 0;
}
