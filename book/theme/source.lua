-- Pages of the sources that a chapter walks through, so that the site needs
-- nothing beside it: source/PATH.html, a line of the file a line.
local text = require 'cpp'

local M = {}
local used = {}  -- paths that a code marker names, in order
local out_folder = os.getenv('BOOK_OUT') or '.'

function M.read(path)
  local file = assert(io.open(path, 'rb'), 'cannot read ' .. path)
  local contents = file:read('a')
  file:close()
  return contents
end

local shell = [[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s · Attention from Scratch</title>
<script>try{var t=localStorage.theme;
if(t)document.documentElement.dataset.theme=t}catch(e){}</script>
<link rel="stylesheet" href="%sbook.css">
</head>
<body class="source">
<header class="bar"><a class="brand" href="%sindex.html">Attention from
Scratch</a></header>
<main><h1><code>%s</code></h1>
<pre class="numbered" tabindex="0"><code>%s</code></pre></main>
</body>
</html>
]]

-- Writes the page of a file and returns its address, or nil for what is no
-- file.
function M.page(path, named)
  local file = io.open(path, 'rb')
  local contents = file and file:read('a')
  if file then file:close() end
  if not contents then return nil end
  if named ~= nil and not used[path] then
    used[path] = true
    used[#used + 1] = path
  end
  local address = 'source/' .. path .. '.html'
  local html = path:match('%.h$') or path:match('%.cpp$')
  html = html and text.cpp(contents) or text.html(contents)
  local number = 1
  html = '<i id="L1"></i>' .. html:gsub('\n$', ''):gsub('\n', function()
    number = number + 1
    return '\n<i id="L' .. number .. '"></i>'
  end)
  local up = ('../'):rep(select(2, address:gsub('/', '')))
  local target = out_folder .. '/' .. address
  os.execute('mkdir -p "' .. pandoc.path.directory(target) .. '"')
  local page = assert(io.open(target, 'wb'))
  page:write(shell:format(path, up, up, path, html))
  page:close()
  return address
end

-- "#L12" for the line where an excerpt begins in its file, or "".
function M.line_of(path, excerpt)
  local first, second = excerpt:match('^([^\n]*)\n?([^\n]*)')
  local previous, number = nil, 0
  for line in (M.read(path) .. '\n'):gmatch('([^\n]*)\n') do
    number = number + 1
    line = line:gsub('^%s+', '')
    if previous == first:gsub('^%s+', '')
      and (line == second:gsub('^%s+', '') or second == '') then
      return '#L' .. number - 1
    end
    previous = line
  end
  return ''
end

-- The files that code markers of this page named, as a list of links.
function M.used_list()
  if #used == 0 then return nil end
  local html = ''
  for _, path in ipairs(used) do
    html = html .. '<li><a href="source/' .. path .. '.html"><code>' .. path ..
      '</code></a></li>'
  end
  return '<ul>' .. html .. '</ul>'
end

return M
