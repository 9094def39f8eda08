# Shows Doxygen the headers' plain comments as documentation. A comment documents what stands below
# it up to the next blank line, or what stands before it on its line. Moves, copies and destructors
# need no words.
# Links inside a page lose their target, which Doxygen names otherwise.
function indent(line) { match(line, /^ */); return RLENGTH }

FILENAME ~ /[.]md$/ { gsub(/\]\(#[^)]*\)/, "]"); print; next }
NR == 1 && /^\/\// { print "/// \\file" }
# What the file says serves a type without words of its own.
NR == 1, /^#pragma once/ { if (/^\/\/ /) about = about "/" $0 "\n" }
body != "" {  # inside a function: nothing to document
  print
  if (indent($0) <= body && /^ *}/) body = ""
  next
}
/^ *$/ { doc = ""; complete = 1; print; next }
/^ *\/\/ / {
  if (!comment) doc = ""
  comment = 1
  sub(/\/\/ /, "/// ")
  doc = doc $0 "\n"
  print
  next
}
/^ *public:/ { comment = 0; print; next }
/^ *(#|}|private:|namespace|\/\/)/ { doc = ""; comment = 0; enumeration = 0; print; next }
/[( <]Impl[;&>]/ { print ""; complete = 1; next }  # what is inside is not for the user
complete && /(= default;|= delete;|^ *~.*;|&& ?[a-z]*\)( noexcept)?;)/ &&
  /(\(const [A-Z][A-Za-z]*&|\([A-Z][A-Za-z]*&&|~)/ { print ""; next }
{
  if (/[;,{}] +\/\/ /) sub(/\/\/ /, "///< ")
  else if (complete && !comment && doc != "") printf "%s", doc
  else if (!comment && / (begin|end|size|empty|clear|contains|operator==)\(/) {
    print "/// As the standard library means it."
  } else if (!comment && /^(struct|class|enum) .*{/) printf "%s", doc = about
  if (/^ *enum/) enumeration = 1
  complete = /[;{}]( +\/\/\/<.*)?$/ || (enumeration && /,( +\/\/\/<.*)?$/)
  if (!/^ *((template.*)?(typedef )?(struct|class|union)|enum|extern) / && /{$/) body = indent($0)
  comment = 0
  print
}
