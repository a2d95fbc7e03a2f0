#!/bin/sh
# The `sh` around a recorded command. `wrapper.ts` hands it over as the text of `sh -c`, without comments and
# indentation. One file, because it is one argument of a session's command.
#
# - Only what dash, bash and busybox have. Its variables begin with `_`: one that the user's environment also has
#   would be exported with our value. `"$@"` is always the outputs, then the command.
# - File descriptors: 1 where the command's output goes (the pipe to the log, or our own stdout), 3 the same for its
#   stderr, 4 our own stdout. Its stderr is closed to what the shell itself would say (`Killed`).
# - Whoever opens a pipe for one direction waits for the other side, and a signal meanwhile ends the shell: so a pipe
#   is opened for both first.
# - `&` without job control makes dash and busybox ignore INT and QUIT in the command, for good. So there the command
#   is run in the foreground, by a shell (P) whose parent (A) is killed, which gives control back to the main shell.
#   P tells pid and status through a pipe. bash has job control without a terminal: `set -m`.
# - The command gets a process group of its own. What is left in it is killed when the command ends: this is
#   what happens to a container's processes when the first one ends.
# - On a full disk a file can be overwritten but not made: end.json.new is made at the start, with 4 KiB of blanks.
#
# - Lines that end in `#+` are there for a job of a pack alone. `pack.sh` runs this text as a process of its own for
#   each of its jobs, and hears of them through descriptor 6: P their wrapper's pid, C their command's group, E their
#   end. On VTALRM it kills the command. What a job uses is what its processes use: the cgroup is the pack's.
#
# What ShellCheck takes for mistakes here is meant. Numbers and lists of signals are not quoted (2046, 2086, 2254),
# variables are emptied in one line (1007), `a && b || c` also runs c where b fails (2015), formats are made (2059),
# a trap is set with the signal's name (2064), `read` is a word (2209), a backslash separates fields (2141), SHLVL,
# BASHPID and `jobs -rp` are there where they are used (3028, 3045), and a pack's functions replace others (2317).
# shellcheck disable=SC1007,SC2015,SC2046,SC2059,SC2064,SC2086,SC2141,SC2209,SC2254,SC2317,SC3028,SC3045
_dir=$1 _head=$2 _cwd=$3 _max=$4 _grace=$5 _beat=$6 _skip=$7 _vars=$8 _n=$9
shift 9
_files=$1
shift
# shellcheck disable=SC2163
[ "$_vars" ] && export $_vars
_pack=$1 _u0= #+
shift #+
exec 3>&2 4>&1 </dev/null 2>/dev/null
_cmd= _sig= _kept= _tee= _hb= _timer= _more= _mem= _acct= _peak= _cause= _code=0

# Signals go to the command's group or, before setsid has made one, to the command; kept until there is one. Each
# goes once. To a group as `kill -TERM -7`, which all three shells take: of `-s TERM -- -7` busybox says that `--`
# is no number, and fails after it has sent the signal.
sig() {
  _sig=$1
  if [ "$_cmd" ]; then
    kill -$1 -$_cmd || kill -s $1 $_cmd
  else
    _kept="$_kept $1"
  fi
}
_all='HUP INT QUIT TERM USR1 USR2'
for _x in $_all; do trap "sig $_x" $_x; done
trap : PIPE
trap 'sig KILL' VTALRM #+
tell() { printf '%s %s %s\n' $1 $_pack "$2" >&6; } #+
tell P $$ #+

# Helpers hold no pipe open and hear only ALRM, which also ends their sleep, at whatever moment it comes.
helper() {
  exec >/dev/null 3>&- 4>&-
  _old=$!
  trap '' $_all
  trap '[ "$!" = "$_old" ] || kill -9 $!; exit $_code' ALRM
}
nap() {
  sleep $1 &
  wait $!
}
stop() {
  kill -s ALRM $1
  await $1
}

# Waits for a child, whatever signals come. A wait that a signal ended may have reaped it all the same: bash and busybox
# then remember the status for the next one. One that a wait has told is not told again (127). And one is lost where the
# signal took bash out of the wait before it read the status: bash would wait for it for good, so what the wait before
# said stands, 128+n for signal n; where there was none, that of a kill.
await() {
  _st=137
  while
    _sig=
    once $1
    [ "$_sig" ] && lives $1
  do :; done
  [ "$_sig" ] && once $1 -
}
# One of another user's may not be signalled.
lives() { kill -0 $1 || [ -e /proc/$1 ]; }
# once PID [-]: `-` where a wait may have told it already
once() {
  # gone, and held for running; the others know no `jobs -r`, and print nothing
  lives $1 || case x$(jobs -rp)x in *[!0-9]$1[!0-9]*) return ;; esac
  wait $1
  _x=$?
  [ $_x$2 = 127- ] || _st=$_x
}

say() { printf 'pulumi-skaha: %s\n' "$1"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
uptime() { read -r _up _x </proc/uptime && _up=${_up%.*}${_up#*.}; }
thousandths() { printf %d.%03d $(($1 / 1000)) $(($1 % 1000)); }

# "a","b"," for a and b. Works on od's octal numbers, a line at a time: one without quote, backslash, control
# character or NUL (which separates) goes as it is. For a subshell: it changes IFS.
json() {
  IFS='
'
  set -- $(printf '%s\000' "$@" | od -An -v -to1)
  [ $# = 0 ] || printf '"'
  for _x; do
    IFS=' '
    case " $_x" in
      *' 0'[0-3]* | *' 042'* | *' 134'*)
        for _k in $_x; do
          case $_k in
            000) printf '","' ;;
            042 | 134) printf "\\\\\\$_k" ;;
            0[0-3]?) printf '\\u00%02x' 0$_k ;;
            *) printf "\\$_k" ;;
          esac
        done
        ;;
      *)
        set -- $_x
        IFS=\\
        printf "\\$*"
        ;;
    esac
  done
}

# The control groups that are ours alone: at the start there is nobody else in them. v2 has one, v1 one a resource.
ours() {
  _y=1
  while read -r _p; do
    case $_p in $$) _y=0 ;; 1) ;; *) return 1 ;; esac
  done <"$1/cgroup.procs"
  return $_y
}
ours() { :; } #+
while IFS=: read -r _x _k _v; do
  for _g in "/sys/fs/cgroup/$_k$_v" "/sys/fs/cgroup/$_k"; do
    ours "$_g" || continue
    [ -r "$_g/memory.current" ] || [ -r "$_g/memory.usage_in_bytes" ] && _mem=$_g
    [ -r "$_g/cpuacct.usage" ] || { [ -r "$_g/cpu.stat" ] && [ -z "$_k" ]; } && _acct=$_g
    break
  done
done </proc/self/cgroup

# The number after a word of a file.
key() {
  while read -r _k _x; do
    [ "$_k" = "$2" ] && _v=$_x
  done <"$1"
}
# _m: memory; _peak: the most so far; _c: CPU in microseconds; _v: OOM kills. Empty where unknown.
look() {
  _m= _c= _v=
  read -r _m <"$_mem/memory.current" || read -r _m <"$_mem/memory.usage_in_bytes"
  read -r _v <"$_mem/memory.peak" || read -r _v <"$_mem/memory.max_usage_in_bytes"
  for _x in $_m $_v; do
    [ $_x -gt ${_peak:-0} ] && _peak=$_x
  done
  [ "$_m" ] && _samples=$((_samples + 1))
  if read -r _c <"$_acct/cpuacct.usage"; then
    _c=$((_c / 1000))
  else
    _v=
    key "$_acct/cpu.stat" usage_usec
    _c=$_v
  fi
  _v=
  key "$_mem/memory.events" oom_kill
  key "$_mem/memory.oom_control" oom_kill
}
# What processes of the command's group or session have: of each its memory now (VmRSS) and its most (VmHWM), and the
# CPU of it and of its children that are over, in hundredths of a second.
of() { #+
  read -r _x <"$1/stat" || return #+
  set -- $1 ${_x##*) } #+
  [ $4 = $_cmd ] || [ $5 = $_cmd ] || return #+
  _t=$((_t + ${13} + ${14} + ${15} + ${16})) #+
  while read -r _k _x _y; do #+
    case $_k in #+
      VmHWM:) _h=$((_h + _x * 1024)) ;; #+
      VmRSS:) _m=$((_m + _x * 1024)) ;; #+
    esac #+
  done <"$1/status" #+
} #+
look() { #+
  _m= _c= _v= _h=0 _t=0 #+
  if [ "$_cmd" ] && [ -r /proc/self/stat ]; then #+
    for _p in /proc/[0-9]*; do of $_p; done #+
    _c=$((_t * 10000)) _samples=$((_samples + 1)) #+
    [ $_h -gt ${_peak:-0} ] && _peak=$_h #+
  fi #+
  key "$_mem/memory.events" oom_kill #+
  key "$_mem/memory.oom_control" oom_kill #+
} #+
look
_c0=$_c _ooms=$_v _samples=0 _peak=
uptime
_up0=$_up
_c0=0 #+
# What a line of `times` comes to, in microseconds: 0m1.234s 0m0.12s
cpu() { #+
  _c=0 #+
  for _x; do #+
    _k=${_x#*m} #+
    _k=${_k%s} #+
    _y=${_k#*[.,]}00 #+
    _c=$((_c + (${_x%%m*} * 60 + ${_k%%[.,]*}) * 1000000 + (1${_y%"${_y#??}"} - 100) * 10000)) #+
  done #+
} #+

# The folder of files that were sent ahead, or what makes it (`bundle.sh`). Another run may be sending the same at this
# moment: so what is not whole may become so.
_why= _i=60
while [ "$_files" ] && [ ! -d "$_files" ]; do
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin /bin/sh "${_files%/*}-${_files##*/}" "$_files" && continue
  [ $? = 4 ] && _i=0
  [ $_i = 0 ] && _why="cannot make the folder of files $_files: is there room, and may it be written to?"
  [ $_i = 1 ] && _why="the files of $_files are not there: run up again, which puts them there"
  [ "$_kept" ] && _why='it was ended before its files were there'
  [ "$_why" ] && break
  _i=$((_i - 1))
  nap 1
done

# The place and the program, as the user's environment says. bash and busybox count themselves in SHLVL.
[ "$SHLVL" = 1 ] && unset SHLVL
if [ "$_cwd" ] && [ -z "$_why" ]; then
  _x=${OLDPWD+x}
  cd -- "$_cwd" >/dev/null || _why="cannot change to the folder $_cwd"
  [ "$_x" ] || unset OLDPWD
fi
found() {
  shift $_n
  case $1 in
    */*) [ -f "$1" ] && [ -x "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}
found "$@"
_found=$?
_path=$PATH
PATH=$PATH:/usr/local/bin:/usr/bin:/bin

# Whether outputs are missing; _lost: which, as JSON. An output is a path; with `?COUNT:BYTES:NEWER:CHECK` before it, more is
# asked of it (`outputs.ts`).
missing() {
  _i=0 _lost= _rule=
  for _o; do
    [ $_i = $_n ] && break
    _i=$((_i + 1))
    case $_o in '?'*)
      _rule=${_o#?}
      continue
      ;;
    esac
    _y=
    if [ "$_rule" ]; then judge "$_o"; else [ -e "$_o" ] || _y=$_o; fi
    _rule=
    [ "$_y" ] || continue
    _y=$(json "$_y")
    _lost=$_lost${_lost:+,}${_y%,\"}
  done
  [ "$_lost" ]
}
# judge PATTERN: by _rule; _y: what is wrong, if anything.
judge() {
  _need=${_rule%%:*} _o=$1 _short= _old=
  _rule=${_rule#*:}
  _min=${_rule%%:*} _rule=${_rule#*:}
  _new=${_rule%%:*} _rule=${_rule#*:}
  _k=$IFS
  IFS=
  set -- $_o
  IFS=$_k
  for _f; do
    shift
    [ -e "$_f" ] || continue
    if [ $_min -gt 0 ]; then
      _got=$(wc -c <"$_f") && [ $_got -ge $_min ] || {
        _short=$((_short + 1)) _size=$((_got))
        continue
      }
    fi
    if [ "$_new" ] && [ "$_dir/start.json" -nt "$_f" ]; then
      _old=$((_old + 1))
      continue
    fi
    set -- "$@" "$_f"
  done
  if [ $# -lt $_need ]; then
    _y=$_o
    [ $_need = 1 ] || _y="$_y: $# of $_need files"
    [ "$_short" ] && _y="$_y: $_short with less than $_min bytes (the last has $_size)"
    [ "$_old" ] && _y="$_y: $_old older than the start"
  elif [ "$_rule" ]; then
    check "$@" || _y="$_o: its check ended with status $_st: $_rule"
  fi
}
# The command of _rule, with the files as its arguments. It is the one that signals are for then.
check() {
  (
    PATH=$_path
    exec 6>&- 8>&- #+
    exec /bin/sh -c "$_rule" check "$@" 2>&3 3>&- 4>&-
  ) &
  _cmd=$! _watch=
  if [ "$_max" ]; then
    (
      helper
      nap $_max
      sig KILL
    ) &
    _watch=$!
  fi
  await $_cmd
  _cmd= _got=$_st
  [ "$_watch" ] && stop $_watch
  _st=$_got
  return $_got
}

# The record. On a full disk a file can be overwritten, not made: end.json is made now, of blanks.
unrecorded() {
  say "not recorded: $1"
  _dir=
}
put() {
  printf '%s\n' "$2" >"$_dir/$1.new" && mv -f "$_dir/$1.new" "$_dir/$1"
}
begin() {
  shift $_n
  _start=$(now)
  mkdir -p "$_dir" || return
  for _x in end.json heartbeat.json voided acknowledged; do
    [ ! -e "$_dir/$_x" ] || rm -f "$_dir/$_x" || return
  done
  _y=$(json "$@")
  read -r _h </proc/sys/kernel/hostname || _h=$(uname -n)
  case $_h in *[!A-Za-z0-9._-]*) _h= ;; esac
  _x=${_dir%/*/*}
  printf '%s\n' "{\"job\":\"${_dir#"$_x"/}\",\"start\":\"$_start\",$_head}" >>"$_x/jobs.jsonl"
  put start.json "{$_head,\"host\":\"$_h\",\"start\":\"$_start\",\"argv\":[${_y%,\"}]}" &&
    printf '%4096s\n' '' >"$_dir/end.json.new"
}
[ "$_dir" ] && { begin "$@" || unrecorded "cannot write to $_dir"; }

# finish EXIT-STATUS
finish() {
  if [ "$_dir" ]; then
    _s=null
    [ $_code -gt 128 ] && case $(kill -l $_code) in
      [A-Z]*) _s=\"$(kill -l $_code)\" ;;
    esac
    [ "$_peak" ] && _more=$_more,\"peakMemoryBytes\":$_peak
    _x=$((_up - _up0))
    [ "$_c0" ] && [ "$_c" ] && [ $_x -gt 0 ] &&
      _more=$_more,\"meanCores\":$(thousandths $(((_c - _c0) / _x / 10)))
    _x="{\"exitCode\":$_code,\"signal\":$_s${_cause:+,\"cause\":\"$_cause\"},\"start\":\"$_start\",\"end\":\"$(now)\"$_more,\"samples\":$_samples,\"missingOutputs\":[$_lost]}"
    printf '%s\n' "$_x" 1<>"$_dir/end.json.new" && mv -f "$_dir/end.json.new" "$_dir/end.json" ||
      unrecorded "cannot write $_dir/end.json"
    # longer ones might come in pieces: they are in the record
    [ ${#_x} -gt 900 ] || tell E "$_x" #+
  fi
  exit $1
}
if [ "$_skip" ] && ! missing "$@"; then
  say 'all outputs exist, so nothing is run'
  _more=,\"skipped\":true
  finish 0
fi

_tmp=
[ "$_dir" ] || [ -z "$BASH_VERSION" ] && for _x in "${TMPDIR:-/tmp}" /tmp /dev/shm "$_dir"; do
  _tmp=$(mktemp -d "$_x/skaha.XXXXXX") && mkfifo "$_tmp/log" "$_tmp/end" && break
  _tmp=
done
if [ "$_dir" ] && [ "$_tmp" ] && command -v tee >/dev/null; then
  exec 8<>"$_tmp/log"
  exec 7<"$_tmp/log"
  (
    trap '' $_all
    exec >/dev/null #+
    exec tee "$_dir/log" <&7 3>&- 4>&- 7>&- 8>&-
  ) &
  _tee=$!
  exec >"$_tmp/log" 3>&1 7>&- 8>&-
fi

# Becomes the command.
go() {
  shift $_n
  PATH=$_path
  [ "$BASH_VERSION" ] && tell C $BASHPID #+
  exec 6>&- 8>&- #+
  [ "$_setsid" ] && [ $_found = 0 ] && exec "$_setsid" "$@" 2>&3 3>&- 4>&-
  exec "$@" 2>&3 3>&- 4>&-
}
run() {
  _setsid=
  [ "$BASH_VERSION" ] && [ "$_tmp" ] && exec 8<>"$_tmp/end" && times >&8 && read -r _x <&8 && read -r _u0 <&8 #+
  [ "$BASH_VERSION" ] && set -m
  case $-:$_tmp in
    *m*:* | *:) ;;
    *) [ -r /proc/self/stat ] && {
      _setsid=$(command -v setsid)
      exec 8<>"$_tmp/end"
      # A
      (
        # P
        (
          trap : $_all
          exec 5>"$_tmp/end" 8>&-
          read -r _x </proc/self/stat
          _x=${_x##*) ? }
          kill -9 ${_x%% *}
          (
            read -r _y _x </proc/self/stat
            echo $_y >&5
            tell C $_y #+
            exec 5>&-
            go "$@"
          )
          echo $? >&5
          times >&5 #+
        )
        :
      )
      exec 5<"$_tmp/end" 8>&-
      # a signal ends a read; the end of the pipe leaves no pid
      _sig=read
      while [ -z "$_cmd" ] && [ "$_sig" ]; do
        _sig=
        read -r _cmd <&5
      done
      (
        helper
        read -r _x <&5
        exit ${_x:-137}
      ) &
      _job=$!
      exec 8<&5 #+
      exec 5<&-
    } ;;
  esac
  if [ -z "$_cmd" ]; then
    (go "$@") &
    _job=$! _cmd=$!
  fi
  set +m
  tell C $_cmd #+
  for _x in $_kept; do sig $_x; done
  [ "$_tmp" ] && rm -rf "$_tmp"

  if [ "$_dir" ]; then
    (
      helper
      # not at once, which a job of a second would notice
      _i=2
      [ $_beat = 1 ] && _i=1
      while nap $_i && kill -0 $$; do
        look
        _x=
        [ "$_m" ] && _x=,\"memoryBytes\":$_m,\"peakMemoryBytes\":$_peak
        [ "$_c" ] && _x=$_x,\"cpuSeconds\":$(thousandths $(((_c - _c0) / 1000)))
        put heartbeat.json "{\"time\":\"$(now)\"$_x,\"samples\":$_samples}"
        _i=$((_i * 2))
        [ $_i -gt $_beat ] && _i=$_beat
      done
    ) &
    _hb=$!
  fi
  if [ "$_max" ]; then
    (
      helper
      nap $_max
      _code=124
      sig TERM
      nap $_grace
      sig KILL
      exit 124
    ) &
    _timer=$!
  fi

  await $_job
  _code=$_st _exit=$_st
  kill -KILL -$_cmd
  _cmd=
  uptime
  if [ "$_hb" ]; then
    stop $_hb
    read -r _x <"$_dir/heartbeat.json" && case $_x in
      *peakM*)
        _samples=${_x##*:}
        _samples=${_samples%\}}
        _peak=${_x#*peakMemoryBytes\":}
        _peak=${_peak%%[,\}]*}
        ;;
    esac
  fi
  look
  if [ "$_tmp" ]; then #+
    [ "$BASH_VERSION" ] && times >&8 #+
    _u= #+
    read -r _x <&8 #+
    read -r _u <&8 #+
    cpu $_u0 #+
    _c0=$_c #+
    cpu $_u #+
    [ "$_u" ] || _c= #+
  fi #+
  # another job's process may be the one that was killed
  [ $_code = 137 ] || _v=$_ooms #+
  _st=0
  [ "$_timer" ] && stop $_timer
  if [ $_st = 124 ]; then
    _cause=Timeout _exit=124
    say "was ended after $_max seconds (maxRunSeconds)"
  elif [ $_code = 0 ]; then
    missing "$@" && {
      _cause=MissingOutputs _exit=1
      say "missing outputs: $_lost"
    }
  elif [ "${_v:-0}" -gt "${_ooms:-0}" ]; then
    _cause=OutOfMemory
  else
    case $_found$_code in
      [1-9]*12[67]) _cause=NotStarted ;;
      *)
        _cause=ExitCode
        [ $_code -gt 128 ] && case $(kill -l $_code) in [A-Z]*) _cause=Signal ;; esac
        ;;
    esac
  fi
}
if [ "$_why" ]; then
  say "$_why"
  _code=1 _exit=1 _cause=NotStarted
  [ "$_tmp" ] && rm -rf "$_tmp"
else
  run "$@"
fi

# The log is whole when nobody writes to the pipe any more; who left the command's group gets five seconds.
exec >&4 3>&4
if [ "$_tee" ]; then
  (
    helper
    nap 5
    kill -9 $_tee
  ) &
  _y=$!
  await $_tee
  case $_st in
    0 | 137) ;;
    *)
      _more=,\"logTruncated\":true
      say 'the log in the record is not whole'
      ;;
  esac
  stop $_y
fi
finish $_exit
