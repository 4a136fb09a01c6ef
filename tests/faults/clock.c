/* A wall clock that is wrong by as many seconds as the file CLOCK_OFFSET says, for the rig F15. It is preloaded and allocates nothing:
   libfaketime waits for itself where a program brings its own allocator, which asks for the time when it begins. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long offset(void)
{
    char words[32] = "";
    const char *file = getenv("CLOCK_OFFSET");
    int from = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (from < 0)
        return 0;
    if (read(from, words, sizeof words - 1) < 0)
        words[0] = '\0';
    close(from);
    return atoll(words);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset();
    return failed;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    (void)zone;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *place)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (place)
        *place = exact.tv_sec;
    return exact.tv_sec;
}
