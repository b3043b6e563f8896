# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the lab scripts share: names, addresses, and processes that are started and ended by their id.
# Sourced, never run. The picture of the lab is in scripts/lab-up.

lab_state_root=/run/namegate-lab
# shellcheck disable=SC2034  # lab-up and lab-down go through them
lab_rooms=(wl wl2 host net)

# One line for a person, on stderr so that stdout stays the script's answer.
lab_say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

lab_die() {
  lab_say "$*"
  exit 3
}

# Names become namespace names and directories: short, and nothing that a shell or a path could take amiss.
lab_check_name() {
  [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,39}$ ]] ||
    lab_die "the lab's name '$1' will not do; use up to 40 of a-z, 0-9 and '-'"
}

lab_check_root() {
  [[ $EUID -eq 0 ]] || lab_die "network namespaces need root; run it with sudo"
}

lab_namespace() { printf 'ng-%s-%s' "$1" "$2"; }
lab_state() { printf '%s/%s' "$lab_state_root" "$1"; }

lab_is_up() { [[ -e /run/netns/ng-$1-host && -d $(lab_state "$1") ]]; }

lab_check_up() {
  lab_is_up "$1" || lab_die "there is no lab '$1'; scripts/lab-up $1 makes it"
}

# The time a process started, in clock ticks since boot: with its id it names one process for good.
# Empty when there is no such process.
lab_start_time() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # The second field is the command in parentheses and may hold blanks; the 22nd is the start time.
  stat=${stat##*) }
  local fields
  read -ra fields <<<"$stat"
  printf '%s' "${fields[19]}"
}

# lab_start NAME ROOM PROCESS COMMAND...: start a process in the background in a room of the lab,
# its output in the state directory, its id recorded for lab-down. Prints the id.
lab_start() {
  local name=$1 room=$2 process=$3 state
  shift 3
  state=$(lab_state "$name")
  lab_stop "$name" "$process"
  setsid ip netns exec "$(lab_namespace "$name" "$room")" "$@" \
    </dev/null >"$state/log/$process.out" 2>&1 &
  local pid=$!
  printf '%s %s\n' "$pid" "$(lab_start_time "$pid")" >"$state/pid/$process"
  printf '%s\n' "$pid"
}

# Whether the process that this file names is alive, and still the same one.
lab_alive() {
  local pid started status
  read -r pid started <"$1" 2>/dev/null || return 1
  [[ -n $started && $(lab_start_time "$pid") == "$started" ]] || return 1
  # It may go while we look. A zombie is over: whoever started it has merely not looked yet.
  status=$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null) || return 1
  [[ -n $status && $status != Z ]]
}

# Ask, wait at most 3 s, then insist. Nothing to do when it is not running.
lab_stop() {
  local file pid tries
  file=$(lab_state "$1")/pid/$2
  [[ -e $file ]] || return 0
  read -r pid _ <"$file" || true
  if lab_alive "$file"; then
    kill -TERM "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 150; tries++)); do
      lab_alive "$file" || break
      sleep 0.02
    done
    ! lab_alive "$file" || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$file"
}

# lab_await_listener NAME ROOM PROCESS t|u PORT COUNT: until COUNT sockets listen on the port; 10 s at most.
lab_await_listener() {
  local name=$1 room=$2 process=$3 kind=$4 port=$5 count=$6 state tries have
  state=$(lab_state "$name")
  for ((tries = 0; tries < 500; tries++)); do
    have=$(ip netns exec "$(lab_namespace "$name" "$room")" ss -Hln"$kind" "sport = :$port" | wc -l)
    ((have < count)) || return 0
    if ! lab_alive "$state/pid/$process"; then
      lab_say "$process ended at once:"
      tail -n 20 "$state/log/$process".* >&2 || true
      return 1
    fi
    sleep 0.02
  done
  lab_say "$process does not listen on port $port; its log is in $state/log"
  return 1
}
