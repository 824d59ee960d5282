# The sample settings as Markdown: a heading for each section; for settings that
# stand together their names, their lines, and the comment before them.

# Text, or as it stands where it is indented: examples. Between ` and ` as well.
function comment(line,   parts, count, i) {
  if (line ~ /^  /) {
    if (!example && text != "") text = text "\n"
    example = 1
    return "    " line
  }
  if (example) text = text "\n"
  example = 0
  count = split(line, parts, "`")
  line = ""
  for (i = 1; i <= count; i++) {
    if (code % 2 == 0) gsub(/[\\*_<>|[]/, "\\\\&", parts[i])
    line = line parts[i]
    if (i < count) {
      line = line "`"
      code++
    }
  }
  return line
}

function flush() {
  if (names != "") print "## " names "\n\n" lines
  if (text != "") print text
  names = lines = text = ""
  example = code = 0
}

/^#/ {
  if (names != "") flush()
  line = comment(substr($0, 3))  # may add to the text before it
  text = text line "\n"
  next
}
/^\[/ {
  flush()
  print "# \\" $0 "\n"
  next
}
/ = / {
  name = $1
  gsub(/_/, "\\_", name)
  names = names (names == "" ? "" : ", ") name
  lines = lines "    " $0 "\n"
  next
}
{ flush() }
END { flush() }
