-- Turns a page of the book, in GitHub's Markdown, into the body of its HTML:
-- mathematics, figures, boxes, captions, coloured code with links to its
-- source, navigation from book/README.md, and text for the search.
local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = folder .. '/?.lua;' .. package.path
local text = require 'cpp'
local source = require 'source'

local escape, words_of = text.escape, pandoc.utils.stringify
local this = pandoc.path.filename(PANDOC_STATE.input_files[1])
local out_folder = os.getenv('BOOK_OUT') or '.'

local function raw(html) return pandoc.RawBlock('html', html) end

local function page_of(markdown)
  return (markdown:gsub('README%.md', 'index.html'):gsub('%.md', '.html'))
end

-- ---- Mathematics and code

local function code_block(block)
  local language = block.classes[1]
  if language == 'math' then
    return pandoc.Para { pandoc.Math('DisplayMath', block.text) }
  end
  local html = language == 'cpp' and text.cpp(block.text)
    or text.html(block.text)
  return raw('<div class="code"><pre tabindex="0"><code>' .. html ..
    '</code></pre></div>')
end

-- $`x`$ comes as Str "...$", Code "x", Str "$...".
local function inlines(all)
  local out, i = pandoc.List(), 1
  while i <= #all do
    local a, code, z = all[i], all[i + 1], all[i + 2]
    if code and z and a.t == 'Str' and code.t == 'Code' and z.t == 'Str'
      and a.text:sub(-1) == '$' and z.text:sub(1, 1) == '$' then
      if #a.text > 1 then out:insert(pandoc.Str(a.text:sub(1, -2))) end
      out:insert(pandoc.Math('InlineMath', code.text))
      all[i + 2] = pandoc.Str(z.text:sub(2))  -- may open the next one
      i = i + 2
    else
      if a.t ~= 'Str' or a.text ~= '' then out:insert(a) end
      i = i + 1
    end
  end
  return out
end

-- ---- Words, links, figures, boxes

local function chinese(str)
  local out = pandoc.List()
  text.each_run(str.text, function(run, is)
    local piece = pandoc.Str(run)
    out:insert(is and pandoc.Span({ piece }, { lang = 'zh-Hans' }) or piece)
  end)
  return out
end

local function code_span(span)
  return pandoc.RawInline('html',
    '<code>' .. text.html(span.text) .. '</code>')
end

local function link(l)
  if l.target:match('^%a+:') or l.target:match('^#') then return end
  local path = pandoc.path.normalize('book/' .. l.target)
  while path:match('[^/]+/%.%./') do path = path:gsub('[^/]+/%.%./', '', 1) end
  if path:match('^book/[^/]+%.md') then
    l.target = page_of(l.target)
    return l
  end
  local page = source.page(path:gsub('#.*', ''))
  if not page then return l.content end  -- a folder
  l.target = page
  return l
end

local function paragraph(p)
  local image = #p.content == 1 and p.content[1]
  if not image or image.t ~= 'Image' then return end
  local path = pandoc.path.directory(PANDOC_STATE.input_files[1]) .. '/' ..
    image.src
  if not path:match('%.svg$') then return end
  local svg = source.read(path):gsub('^%s*<%?xml.-%?>%s*', '')
  return raw('<figure><div class="scroll" tabindex="0" role="group" ' ..
    'aria-label="figure">' .. svg .. '</div></figure>')
end

local titles = { NOTE = 'Note', TIP = 'Tip', IMPORTANT = 'Important',
  WARNING = 'Warning', CAUTION = 'Caution' }

local function box(quote)
  local first = quote.content[1]
  if not first or first.t ~= 'Para' then return end
  local head = words_of(first)
  local kind = head:match('^%[!(%u+)%]')
  if kind and titles[kind] then
    while #first.content > 0 and first.content[1].t ~= 'SoftBreak' do
      first.content:remove(1)
    end
    if #first.content > 0 then first.content:remove(1) end
    quote.content:insert(1, raw('<p class="title">' .. titles[kind] .. '</p>'))
    return pandoc.Div(quote.content,
      { class = 'box ' .. kind:lower(), role = 'note' })
  end
  local number = head:match('^Exercise ([%w%.]+)')
  if not number or first.content[1].t ~= 'Strong' then return end
  local stars = head:match('[★☆]+[★☆%s]*$') or ''
  local level = select(2, stars:gsub('★', ''))
  quote.content[1] = raw('<p class="title">' ..
    text.html(words_of(first.content[1])) .. (level == 0 and '' or
    ' <span class="stars" role="img" aria-label="difficulty ' .. level ..
    ' of 3">' .. stars .. '</span>') .. '</p>')
  return pandoc.Div(quote.content, { id = 'exercise-' .. number,
    class = 'box exercise' })
end

-- ---- Markers become captions that lead to the source

-- The caption of the block below a marker, "" for a marker without one.
local function caption(comment, block)
  local word, subject = comment:match('^<!%-%-%s*(%l+):%s*(.-)%s*%-%->')
  if not word then return '' end
  local part = subject:match('#%s*(.*)$')
  subject = subject:gsub('%s*#.*$', '')
  local function wrap(html) return '<p class="from">' .. html .. '</p>' end
  local function code(name) return '<code>' .. text.html(name) .. '</code>' end
  if word == 'code' then
    local line = source.line_of(subject, block and block.text or '')
    return wrap('<a href="' .. source.page(subject, part) .. line .. '">' ..
      code(subject) .. '</a>')
  end
  local command = subject
  if word == 'result' then
    command = source.read('book/results/' .. subject .. '.txt')
      :match('command:%s*([^\n]+)')
  elseif word ~= 'run' then
    return ''
  end
  local program = source.page('examples/' .. command:match('^%S+') .. '.cpp')
  local name = code(command)
  if program then name = '<a href="' .. program .. '">' .. name .. '</a>' end
  return wrap((word == 'run' and 'printed by ' or 'kept from a run of ') ..
    name)
end

local function is_caption(block)
  return block.t == 'Para' and block.content[1].t == 'Strong'
    and words_of(block.content[1]):match('^Figure ')
end

local function is_comment(block)
  return block.t == 'RawBlock' and block.text:match('^%s*<!%-%-')
end

-- Captions above code, below figures; tables that scroll; no comments.
local function arrange(blocks)
  local out = pandoc.List()
  for i, block in ipairs(blocks) do
    local last = out[#out]
    if is_comment(block) then
      local html = caption(block.text, blocks[i + 1])
      if html ~= '' then out:insert(raw(html)) end
    elseif is_caption(block) and last and last.t == 'RawBlock'
      and last.text:match('^<figure>') then
      out[#out] = raw((last.text:gsub('</figure>$', '<figcaption>')))
      out:insert(pandoc.Plain(block.content))
      out:insert(raw('</figcaption></figure>'))
    elseif block.t == 'Table' then
      out:extend { raw('<div class="scroll" tabindex="0" role="group" ' ..
        'aria-label="table">'), block, raw('</div>') }
    else
      out:insert(block)
    end
  end
  return out
end

-- ---- The page around it

-- The text for the search, a section a line: where, its title, the page's,
-- and all it says.
local function write_search(blocks, title)
  local sections = pandoc.List()
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then
      sections:insert { id = block.identifier, title = words_of(block) }
    elseif #sections > 0 then
      local words = words_of(pandoc.Div { block }:walk {
        CodeBlock = function(b) return pandoc.Plain { pandoc.Str(b.text) } end,
        RawBlock = function() return {} end })
      table.insert(sections[#sections], words)
    end
  end
  local function quoted(s)
    return '"' .. s:gsub('[%c\\"<]', function(c)
      return string.format('\\u%04x', c:byte())
    end) .. '"'
  end
  local page = page_of(this)
  local file = assert(io.open(out_folder .. '/' ..
    page:gsub('html$', 'search'), 'w'))
  for _, section in ipairs(sections) do
    file:write('[', quoted(page .. '#' .. section.id), ',',
      quoted(section.title), ',', quoted(title), ',',
      quoted(table.concat(section, ' ')), '],\n')
  end
  file:close()
end

local function on_this_page(blocks)
  local list = ''
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 2 then
      list = list .. '<li><a href="#' .. escape(block.identifier) .. '">' ..
        text.html(words_of(block)) .. '</a></li>'
    end
  end
  return list ~= '' and '<ul>' .. list .. '</ul>' or nil
end

-- The contents, from book/README.md; a chapter without a link is planned.
local function navigation(meta)
  local pages = pandoc.List()
  local html = ''
  local function item(blocks)
    local title, target = pandoc.List(), nil
    for _, inline in ipairs(blocks[1].content) do
      if inline.t == 'Emph' then break end
      if inline.t == 'Link' then target = inline.target end
      title:insert(inline)
    end
    local name = words_of(title):gsub('[%s·]+$', '')
    if not target then
      html = html .. '<li class="planned">' .. text.html(name) .. '</li>'
      return
    end
    pages:insert { file = target, title = name }
    html = html .. '<li><a href="' .. page_of(target) .. '"' ..
      (target == this and ' aria-current="page"' or '') .. '>' ..
      text.html(name) .. '</a></li>'
  end
  local contents = pandoc.read(source.read('book/README.md'), 'gfm')
  for _, block in ipairs(contents.blocks) do
    if block.t == 'Header' and block.level == 2 then
      html = html .. '<p>' .. text.html(words_of(block)) .. '</p>'
    elseif block.t == 'OrderedList' then
      html = html .. '<ol start="' .. block.listAttributes.start .. '">'
      for _, blocks in ipairs(block.content) do item(blocks) end
      html = html .. '</ol>'
    elseif block.t == 'BulletList' then
      html = html .. '<ul>'
      for _, blocks in ipairs(block.content) do item(blocks) end
      html = html .. '</ul>'
    end
  end
  meta.nav = pandoc.MetaInlines { pandoc.RawInline('html', html) }
  for i, page in ipairs(pages) do
    if page.file == this or (this == 'README.md' and i == 1) then
      local here = this == 'README.md' and 0 or i
      for key, other in pairs { prev = pages[here - 1],
        next = pages[here + 1] } do
        meta[key] = pandoc.MetaMap { href = page_of(other.file),
          title = other.title }
      end
    end
  end
end

local function whole(doc)
  local title = 'Attention from Scratch'
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Header' and block.level == 1 then
      title = words_of(block)
      break
    end
  end
  write_search(doc.blocks, title)
  local meta = doc.meta
  meta.pagetitle = title
  meta.version = os.getenv('BOOK_VERSION') or ''
  meta.commit = os.getenv('BOOK_COMMIT') or ''
  local sections = on_this_page(doc.blocks)
  if sections then
    meta.sections = pandoc.MetaInlines { pandoc.RawInline('html', sections) }
  end
  navigation(meta)
  doc.blocks = pandoc.Div(arrange(doc.blocks)):walk {
    Div = function(div) div.content = arrange(div.content) return div end,
  }.content
  local used = source.used_list()
  if used then
    meta.sources = pandoc.MetaInlines { pandoc.RawInline('html', used) }
  end
  return doc
end

-- The order matters: mathematics first, and code last, since captions and the
-- search want its text.
return {
  { Inlines = inlines },
  { Link = link, Para = paragraph, BlockQuote = box },
  { Pandoc = whole },
  { CodeBlock = code_block, Code = code_span, Str = chinese },
}
