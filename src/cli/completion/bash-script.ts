/** What bash reads to complete the programs. It needs bash 4, and nothing else. */
export const BASH_SCRIPT = `# bash completion for gaffer, gafferd, gafferctl and gaffer_lookupd, made by "gaffer completion bash".
# Install it:  echo 'source <(gaffer completion bash)' >> ~/.bashrc
# or for everybody:  gaffer completion bash > /etc/bash_completion.d/gaffer
_gaffer_complete() {
  local asked=gaffer line what=
  [[ \${1##*/} == gafferctl ]] && asked=gafferctl
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $what ]]; then
      what=$line
    else
      COMPREPLY+=("$line")
    fi
  done <<< "$(command "$asked" __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2> /dev/null < /dev/null)"
  # texts end with a blank where the word is finished
  [[ $what == *spaced* && \${#COMPREPLY[@]} -gt 0 ]] && compopt -o nospace
  case $what in
    files*) compopt -o default ;;
    folders*) compopt -o dirnames ;;
    programs*)
      if [[ \${#COMPREPLY[@]} -eq 0 ]]; then
        while IFS= read -r line; do
          COMPREPLY+=("$line")
        done < <(compgen -c -- "$2")
      fi
      ;;
  esac
}
complete -F _gaffer_complete gaffer gafferd gafferctl gaffer_lookupd
`;
