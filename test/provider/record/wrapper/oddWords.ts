/** Words that a shell, YAML or the server would change, if nothing kept them from it. */
export const oddWords = [
  "",
  "a  b",
  'say "hi"',
  "$HOME $(id) $$",
  "back\\slash",
  "é日😀",
  "-n",
  "x\ty\nz",
  "n",
  "-09",
];
