/** What fish reads to complete the programs. */
export const FISH_SCRIPT = `# fish completion for gaffer, gafferd, gafferctl and gaffer_lookupd, made by "gaffer completion fish".
# Install it:  gaffer completion fish > ~/.config/fish/conf.d/gaffer.fish
function __gaffer_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    while string match -qr '^\\w+=' -- "$words[1]"
        set -e words[1]
    end
    set -l asked gaffer
    string match -qr '(^|/)gafferctl$' -- "$words[1]"; and set asked gafferctl
    set -l lines (command $asked __complete fish $words "$word" 2>/dev/null </dev/null)
    set -l before (string match -r -- '^--[^=]*=' $word)
    set -l path (string replace -r -- '^--[^=]*=' '' $word)
    string join \\n -- $lines[2..-1]
    switch "$lines[1]"
        case files
            for found in (__fish_complete_path $path)
                printf '%s%s\\n' "$before" $found
            end
        case folders
            for found in (__fish_complete_directories $path '')
                printf '%s%s\\n' "$before" $found
            end
        case programs
            __fish_complete_command
    end
end
for program in gaffer gafferd gafferctl gaffer_lookupd
    complete -c $program -f -k -a '(__gaffer_complete)'
end
`;
