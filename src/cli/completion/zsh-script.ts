/** What zsh reads to complete the programs. */
export const ZSH_SCRIPT = `#compdef gaffer gafferd gafferctl gaffer_lookupd
# zsh completion for gaffer, gafferd, gafferctl and gaffer_lookupd, made by "gaffer completion zsh".
# Install it:  mkdir -p ~/.zfunc; gaffer completion zsh > ~/.zfunc/_gaffer
# and have in ~/.zshrc:  fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit
_gaffer() {
  local asked=gaffer line what=
  local -a lines finished open
  [[ \${words[1]:t} == gafferctl ]] && asked=gafferctl
  lines=("\${(@f)$(command $asked __complete zsh "\${(@Q)words[1,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null < /dev/null)}")
  what=$lines[1]
  for line in "\${(@)lines[2,-1]}"; do
    case $line in
      (.*) finished+=("\${line#.}") ;;
      (,*) open+=("\${line#,}") ;;
    esac
  done
  local ok=1
  (( $#finished )) && _describe -V 'word' finished && ok=0
  (( $#open )) && _describe -V 'word' open -S '' && ok=0
  case $what in
    (files|folders)
      [[ $PREFIX == --*=* ]] && compset -P '*='
      if [[ $what == files ]]; then _files && ok=0; else _files -/ && ok=0; fi
      ;;
    (programs) _command_names -e && ok=0 ;;
  esac
  return ok
}
if [[ $funcstack[1] == _gaffer ]]; then
  _gaffer "$@"
else
  compdef _gaffer gaffer gafferd gafferctl gaffer_lookupd
fi
`;
