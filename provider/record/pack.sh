#!/bin/sh
# Runs the jobs of a pack in one session, so many at a time, each in a process of its own that runs `wrapper.sh`.
# `pack.ts` hands this over as the text of `sh -c`, without comments and indentation.
#
# - Only what dash, bash and busybox have, and no more tools than the wrapper needs. Its variables begin with `_`.
# - "$@" is the wrapper's text, then all words that jobs are made of. `_plan` has each job as numbers of words:
#   `3 4|5 6 7 8;` is one with two variables, and what the wrapper is given. Its place is its number in the plan.
# - The ledger tells what became of each place, a line of JSON each. It is made of blanks at the start, because on a
#   full disk a file can be overwritten but not grown; what is written stands before them. A line without an end is
#   not read. Who would have a place not run, or ended, writes its number into the file that `_leave` names, whose only
#   line ends in ` .`. A place is written down as begun before that file is looked at, and who writes the file looks
#   at the ledger after that: so one of both sees the other, and nothing runs that was taken away.
# - What happens comes through a pipe, descriptor 6, a line each: P and C are pids of a wrapper and of its command's
#   group, Q is that of the shell that runs the wrapper, E tells a job's end as its record has it, X that its wrapper
#   is over, and T that time has passed.
# - A wrapper runs in the foreground of a shell whose parent is killed, as a command does in a wrapper, and for the same
#   reason: INT and QUIT would be ignored for good. bash has job control for that.
#
# What ShellCheck takes for mistakes here is meant: numbers, plans and lists of signals are not quoted (2046, 2086, 2254),
# `a && b || c` also runs c where b fails (2015), a trap is set with the signal's name (2064), variables are emptied in
# one line (1007), formats are made (2059), words are assigned by name (2154), SHLVL is there where it is used (3028), and
# what is evaluated may use any word of "$@" (2120, 2119).
# shellcheck disable=SC1007,SC2015,SC2046,SC2059,SC2064,SC2086,SC2154,SC2254,SC3028,SC2119,SC2120
_root=$1 _parallel=$2 _grace=$3 _tick=$4 _head=$5 _plan=$6 _index=$7
shift 7
exec 3>&2 </dev/null 2>/dev/null
_place=0 _running= _count=0 _stop= _broken= _left=
_self=$skaha_sessionid

# A signal goes on to all wrappers. One that ends a session lets no job begin after it.
_all='HUP INT QUIT TERM USR1 USR2'
pass() {
  for _s in $_running; do
    eval "[ \"\$_pid$_s\" ] && kill -s $1 \$_pid$_s"
  done
}
for _x in $_all; do trap "pass $_x" $_x; done
for _x in HUP INT QUIT TERM; do trap "_stop=$_x; pass $_x" $_x; done
trap : PIPE

say() { printf 'pulumi-skaha: %s\n' "$1"; }
# Where no ledger can tell what the pack holds its log does.
fail() {
  say "{$_head}"
  say "the pack runs no job: $1"
  exit 1
}
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
note() {
  printf '{%s}\n' "$1" >&7 && return
  [ "$_broken" ] || say "cannot write to $_ledger: no more jobs begin"
  _broken=1
  return 1
}

# As in the wrapper: hears only ALRM, which also ends its sleep.
helper() {
  exec >/dev/null 3>&- 7>&-
  _old=$!
  trap '' $_all
  trap '[ "$!" = "$_old" ] || kill -9 $!; exit' ALRM
}
nap() {
  sleep $1 &
  wait $!
}

[ "$SHLVL" = 1 ] && unset SHLVL
[ "$SHLVL" ] && SHLVL=$((SHLVL - 1))
_path=$PATH
PATH=$PATH:/usr/local/bin:/usr/bin:/bin

# The ledger, with room for the lines to come.
case $_self in '' | *[!a-z0-9]*) fail 'the server tells no session' ;; esac
_ledger=$_root/pack-$_self.ledger _leave=$_root/pack-$_self.leave
mkdir -p "$_root"
[ ! -s "$_ledger" ] || fail "$_ledger is there, so it has run before"
_x=$_plan
while [ "$_x" ]; do
  _x=${_x#*;}
  _count=$((_count + 1))
done
printf "%$((_count * 400 + ${#_head} + 200))s" '' >"$_ledger" || fail "cannot write to $_root"
exec 7<>"$_ledger"
note "$_head,\"session\":\"$_self\",\"start\":\"$(now)\"" || fail "cannot write to $_ledger"
[ -z "$_index" ] || printf '%s\n' "$_self" >>"$_root/$_index.packs" || fail "cannot write to $_root/$_index.packs"

for _x in "${TMPDIR:-/tmp}" /tmp /dev/shm "$_root"; do
  _tmp=$(mktemp -d "$_x/skaha.XXXXXX") && mkfifo "$_tmp/ends" && break
  _tmp=
done
[ "$_tmp" ] || fail 'it cannot make a pipe in TMPDIR, /tmp, /dev/shm or the record'
exec 6<>"$_tmp/ends"
rm -rf "$_tmp"

(
  helper
  while nap $_tick && kill -0 $$; do echo T >&6; done
) &
_ticker=$!

# A new list of places that are taken away, if there is one that is whole.
leaving() {
  read -r _x <"$_leave" || return
  case $_x in *[!0-9\ .]*) ;; *' .') _left=" ${_x%.}" ;; esac
}
# is PLACE LIST
is() { case " $2 " in *" $1 "*) ;; *) return 1 ;; esac }

# Becomes the wrapper of a place. What is evaluated names nothing but words: variables are the job's from then on.
become() {
  PATH=$_path
  exec 7>&-
  eval "$_run"
}
# P
shell() {
  trap : $_all
  (become "$@")
  printf 'X %s %s\n' $_place $? >&6
}
start() {
  if [ "$BASH_VERSION" ]; then
    set -m
    (shell "$@") &
    set +m
    eval _shell$_place=$!
  elif [ -r /proc/self/stat ]; then
    # A
    (
      # P
      (
        read -r _x </proc/self/stat
        printf 'Q %s %s\n' $_place ${_x%% *} >&6
        _x=${_x##*) ? }
        kill -9 ${_x%% *}
        shell "$@"
      )
      :
    )
  else
    (shell "$@") &
    eval _shell$_place=$!
  fi
}

# The next place begins, unless it was taken away.
begin() {
  _job=${_plan%%;*} _plan=${_plan#*;} _place=$((_place + 1))
  _run=
  for _x in ${_job%|*}; do _run="${_run}command export \"\${$_x}\";"; done
  set -- ${_job#*|} -- "$@"
  _dir=$1
  _run="${_run}exec /bin/sh -c \"\$1\" skaha-record"
  while [ "$1" != -- ]; do
    _run="$_run \"\${$1}\""
    shift
  done
  shift
  _run="$_run 2>&3 3>&-"
  eval "_dir=\${$_dir}"
  leaving
  if is $_place "$_left"; then
    note "\"job\":$_place,\"left\":\"$(now)\""
    return
  fi
  note "\"job\":$_place,\"begin\":\"$(now)\"" || return
  leaving
  if is $_place "$_left"; then
    note "\"job\":$_place,\"left\":\"$(now)\""
    return
  fi
  eval "_dir$_place=\$_dir _pid$_place= _cmd$_place= _end$_place= _shell$_place= _dead$_place= _told$_place="
  _running="$_running $_place"
  _parallel=$((_parallel - 1))
  say "$_place of $_count began: ${_dir#"$_root"/}"
  start "$@"
}

# over PLACE STATUS: nothing of it lives on, whatever ended its wrapper.
over() {
  is $1 "$_running" || return
  _x=
  for _p in $_running; do [ $_p = $1 ] || _x="$_x $_p"; done
  _running=$_x _parallel=$((_parallel + 1))
  eval "_x=\$_end$1 _p=\$_cmd$1 _y=\$_dir$1"
  [ "$_x" ] || [ -z "$_p" ] || kill -KILL -$_p
  if [ "$_x" ]; then
    note "\"job\":$1,\"end\":$_x"
  else
    note "\"job\":$1,\"exit\":$2,\"time\":\"$(now)\""
  fi
  say "$1 of $_count ended, exit status $2: ${_y#"$_root"/}"
}

# Whose shell was killed tells nothing any more: what it told before came first.
gone() {
  eval "_x=\$_shell$1 _y=\$_dead$1 _p=\$_pid$1"
  [ "$_x" ] || return
  kill -0 $_x && {
    read -r _k </proc/$_x/stat
    case ${_k##*)} in ' Z '*) ;; *) return ;; esac
  }
  if [ "$_y" ]; then
    [ "$_p" ] && kill -KILL $_p
    over $1 137
  else
    eval "_dead$1=1"
  fi
}
# Those that were taken away while they ran are ended, each alone: TERM, and after a while what cannot be answered.
tick() {
  leaving
  for _q in $_running; do
    gone $_q
    is $_q "$_running" && is $_q "$_left" || continue
    eval "_p=\$_pid$_q _x=\$_told$_q"
    [ "$_p" ] || continue
    [ "$_x" ] || kill -s TERM $_p
    _x=$((_x + 1))
    eval "_told$_q=$_x"
    [ $_x -gt $_grace ] && kill -s VTALRM $_p
  done
}

while :; do
  while [ "$_plan" ] && [ -z "$_stop$_broken" ] && [ $_parallel -gt 0 ]; do begin "$@"; done
  [ "$_running" ] || break
  # a signal ends a read
  read -r _k _q _v <&6 || continue
  case $_k in
    P)
      eval "_pid$_q=$_v"
      [ "$_stop" ] && kill -s $_stop $_v
      ;;
    Q) eval "_shell$_q=$_v" ;;
    C) # of one whose wrapper was killed nothing lives on
      if is $_q "$_running"; then
        eval "_cmd$_q=$_v"
      else
        kill -KILL -$_v
      fi
      ;;
    E) eval "_end$_q=\$_v" ;;
    X) over $_q $_v ;;
    T) tick ;;
  esac
done
kill -s ALRM $_ticker
wait $_ticker
[ "$_broken" ] && exit 1
[ -z "$_stop" ] || exit 143
note "\"over\":\"$(now)\""
say "all jobs of the pack were run"
