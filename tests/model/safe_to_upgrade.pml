/* When is a group safe to upgrade? The protocol of a change, of what nodes
 * report in Redis, and of the command that waits, as a model for spin.
 *
 * One operator takes one group out of service. Two nodes answer clients, follow
 * Redis, save what they hold, report themselves, lose Redis, crash, stop and
 * start again, also without Redis, from what they saved. Resolvers' caches keep
 * an answer for TTL ticks. Time is Redis' time.
 *
 * Checked for all orders of events (README.md):
 *   - whenever the command says "safe", no node answers the group, no cache
 *     holds it, and no node that starts from what it saved would answer it;
 *   - with -DPROMPT, where nothing fails and everything is done within a tick:
 *     the command has said "safe" by the end;
 *   - with -DREACHABLE, it does say so in some run (the search fails there).
 */
#ifndef TTL
#define TTL 2
#endif
#define SILENT 2        /* ticks after which a node without a report is silent */
#ifndef END
#define END 7           /* ticks of a run */
#endif
#define NODES 2
#ifndef FAULTS
#define FAULTS 2        /* cuts, crashes, stops */
#endif
/* What the command goes by. A node that stopped does not report any more, and
 * gave its last answer before it did; it counts when a start without Redis
 * would answer by the change. */
#define GOOD(n) (report_applied[n] && report_saved[n] && \
                 now > report_cached[n] && \
                 (!report_up[n] || (now - report_seen[n] <= SILENT && \
                                    report_seen[n] > report_cached[n])))
#ifdef PROMPT
#define DONE(n) (applied[n] && saved[n])
#define NOTHING_IS_DUE (redis_out && DONE(0) && DONE(1) && (safe || !(GOOD(0) && GOOD(1))))
#else
#define NOTHING_IS_DUE true
#endif

byte now = 1;
byte faults = 0;

/* Redis: whether the group is out, which is the change that is waited for (its
 * generation), and what each node reported last. */
bool redis_out = false;
bool report_up[NODES];        /* false: "stopped" */
bool report_applied[NODES];   /* its generation is that of the change */
bool report_saved[NODES];     /* likewise of what it saved */
byte report_seen[NODES];
byte report_cached[NODES];    /* until when caches hold its answers */

/* The nodes. */
bool up[NODES];
bool linked[NODES];           /* reaches Redis */
bool applied[NODES];          /* answers without the group */
bool saved[NODES];            /* a start without Redis would do so, too */
byte cached[NODES];           /* what it measured */
bool reported[NODES];         /* in this tick */

/* What the caches really hold, which nobody can ask. */
byte held_until = 0;

bool safe = false;

inline max(variable, value) {
  if
  :: variable < value -> variable = value
  :: else
  fi
}

inline report(n) {
  report_up[n] = true;
  report_applied[n] = applied[n];
  report_saved[n] = saved[n];
  report_seen[n] = now;
  report_cached[n] = cached[n];
  reported[n] = true
}

/* A process begins in the node's place. What the one before it answered since
 * its last report is not known: the group counts as answered until now. It
 * takes over what that one had reported, once it reaches Redis. */
inline start(n) {
  up[n] = true;
  applied[n] = saved[n];
  cached[n] = now + TTL
}

proctype Node(byte n) {
  end: do
  :: atomic { up[n] && !applied[n] && now + TTL < 250 ->  /* a client asks */
       max(cached[n], now + TTL);
       max(held_until, now + TTL) }
  :: atomic { up[n] && linked[n] && redis_out && !applied[n] ->
       applied[n] = true }
  :: atomic { up[n] && applied[n] && !saved[n] -> saved[n] = true }
  :: atomic { up[n] && linked[n] && !reported[n] ->
       max(cached[n], report_cached[n]);
       report(n) }
  :: atomic { up[n] && linked[n] && faults < FAULTS ->
       faults++; linked[n] = false }
  :: atomic { !linked[n] -> linked[n] = true }
  :: atomic { up[n] && faults < FAULTS ->                 /* crashes */
       faults++; up[n] = false }
  :: atomic { up[n] && faults < FAULTS ->                 /* stops */
       faults++;
       if
       :: linked[n] -> report(n); report_up[n] = false
       :: else
       fi;
       up[n] = false }
  :: atomic { !up[n] -> start(n) }
  od
}

/* A node that reaches Redis reports once a tick at least. */
proctype Clock() {
  do
  :: atomic { now < END && NOTHING_IS_DUE &&
       (!up[0] || !linked[0] || reported[0]) &&
       (!up[1] || !linked[1] || reported[1]) ->
       now++; reported[0] = false; reported[1] = false }
  :: now == END -> break
  od;
#ifdef PROMPT
  assert(safe)
#endif
}

proctype Command() {
  redis_out = true;
  atomic { GOOD(0) && GOOD(1) -> safe = true };
  /* It stays so, whatever happens from now on. */
  do
  :: atomic { now <= END ->
       assert(!up[0] || applied[0]);
       assert(!up[1] || applied[1]);
       assert(saved[0] && saved[1]);
       assert(now > held_until);
#ifdef REACHABLE
       assert(false)
#endif
     }
  :: now == END -> break
  od
}

init {
  atomic {
    byte n = 0;
    do
    :: n < NODES ->
         up[n] = true; linked[n] = true;
         report(n);
         n++
    :: else -> break
    od;
    run Clock();
    run Command();
    run Node(0);
    run Node(1)
  }
}
