// What a shell has to be told. Each script asks `pulumi-skaha __complete` at the cursor; its answer has one
// candidate in each line, a tab, and what is said of it, or `:files` or `:folders`, which the shell knows itself.

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

// Bash breaks words at `=` and `:` too, replaces only what comes after them, and has no arrays from lines
// before version 4, which is what macOS has.
const bash = String.raw`_pulumi_skaha() {
  local line=${"$"}{COMP_LINE:0:COMP_POINT} part=${"$"}{COMP_WORDS[COMP_CWORD]} current head word about
  current=${"$"}{line##*[[:space:]]}
  [[ $part == [=:]* ]] && part=
  head=${"$"}{current%"$part"}
  COMPREPLY=()
  while IFS=$'\t' read -r word about; do
    case $word in
      :files) compopt -o filenames 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$part") ;;
      :folders) compopt -o filenames 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$part") ;;
      *) word=$(printf %q "$word")
        COMPREPLY+=("${"$"}{word#"$head"}") ;;
    esac
  done < <("${"$"}{COMP_WORDS[0]}" __complete --line "$line" 2>/dev/null)
}
complete -F _pulumi_skaha pulumi-skaha
`;

const zsh = String.raw`#compdef pulumi-skaha
_pulumi_skaha() {
  local -a values
  local word about
  while IFS=$'\t' read -r word about; do
    case $word in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *) values+=("${"$"}{word//:/\\:}:$about") ;;
    esac
  done < <("${"$"}{words[1]}" __complete -- "${"$"}{(@)words[2,CURRENT]}" 2>/dev/null)
  _describe 'pulumi-skaha' values
}
if [ "${"$"}{funcstack[1]}" = _pulumi_skaha ]; then
  _pulumi_skaha "$@"
else
  compdef _pulumi_skaha pulumi-skaha
fi
`;

const fish = `function __pulumi_skaha_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':folders'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c pulumi-skaha -f -a '(__pulumi_skaha_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
