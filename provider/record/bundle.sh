#!/bin/sh
# Makes a folder of files out of the file that it is the beginning of (`files/bundle.ts`): blocks of 512 bytes that hold
# the files' contents follow it, and at its very end it says that it is whole. `$1` is the folder to make. A job's
# wrapper calls it; several jobs may do so at a time, while another run sends the same file once more.
#
# - All of it is in braces with what `bundle.ts` writes before it: `_at`, the number of the first block of contents, and
#   `all`, which makes the files. So nothing of a file that was cut off there is run.
# - It opens itself once and reads on from there, because whoever comes first removes it. Where the file was cut off,
#   even for a moment, what is read at the end is not that it is whole: so many bytes, because a shell passes over NULs.
# - The folder is made under another name and renamed, so that it is whole where it is there. Of two at a time one is
#   renamed: a folder is not renamed to one that has something in it.
# - Exit status 3: the file is not whole, or gone. 4: nothing can be written there.
#
# shellcheck disable=SC2015,SC2086,SC2154,SC2317
_d=$1
_root=${_d%/*} _name=${_d##*/}
exec 2>/dev/null
[ -r "$0" ] || exit 3
exec <"$0"
blocks() { [ $1 = 0 ] || dd bs=512 count=$1; }
bytes() { [ $1 = 0 ] || dd bs=1 count=$1; }
folder() { mkdir -p "$1" || exit 4; }
# file BLOCKS BYTES-MORE MODE NAME
file() {
  { blocks $1 && bytes $2; } >"$4" && chmod $3 "$4" || exit 4
  [ $2 = 0 ] || bytes $((512 - $2)) >/dev/null
}
umask 002
mkdir -p "$_root" && _new=$(mktemp -d "$_root/.new.XXXXXX") || exit 4
trap 'rm -rf "$_new"' 0
trap 'exit 5' HUP INT TERM
mkdir "$_new/$_name" && cd "$_new/$_name" || exit 4
blocks $_at >/dev/null
all
[ "$(bytes $((6 + ${#_name})))" = "whole $_name" ] || exit 3
cd /
mv "$_new/$_name" "$_root/"
[ -d "$_d" ] || exit 4
rm -f "$0"
exit 0
