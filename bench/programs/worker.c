/* worker TALLY ID [fail]
 *
 * A silent child that notes in TALLY when it began, and when it ended: on SIGTERM, SIGINT or SIGHUP it exits with 0,
 * on SIGUSR1 it crashes (exits with 1). With `fail` it crashes at once. */
#include <signal.h>
#include <stdlib.h>

#include "tally.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, NULL);

  int tally = tally_open(argv[1]);
  long id = atol(argv[2]);
  tally_write(tally, "start", id);
  if (argc > 3) return 1;

  int signal = 0;
  sigwait(&signals, &signal);
  tally_write(tally, "end", id);
  return signal == SIGUSR1 ? 1 : 0;
}
