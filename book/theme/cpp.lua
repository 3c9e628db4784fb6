-- Text as HTML: escaped, Chinese runs marked, C++ coloured.
local M = {}

function M.escape(text)
  return (text:gsub('[&<>"]',
    { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

function M.is_han(point)
  return (point >= 0x2E80 and point <= 0x9FFF)
    or (point >= 0xF900 and point <= 0xFAFF)
    or (point >= 0xFF00 and point <= 0xFFEF) or point >= 0x20000
end

-- Calls each(run, is_chinese) for every run of Chinese and of other text.
function M.each_run(text, each)
  if not utf8.len(text) then return each(text, false) end
  local run, chinese = {}, nil
  for _, point in utf8.codes(text) do
    local is = M.is_han(point)
    if is ~= chinese and #run > 0 then
      each(table.concat(run), chinese)
      run = {}
    end
    chinese = is
    run[#run + 1] = utf8.char(point)
  end
  if #run > 0 then each(table.concat(run), chinese) end
end

-- Escaped, and a browser told which runs are Chinese, or it may choose
-- Japanese forms.
function M.html(text)
  local out = {}
  M.each_run(text, function(run, chinese)
    run = M.escape(run)
    out[#out + 1] = chinese and '<span lang="zh-Hans">' .. run .. '</span>'
      or run
  end)
  return table.concat(out)
end

local function set(words)
  local all = {}
  for word in words:gmatch('%S+') do all[word] = true end
  return all
end

local keywords = set [[
  alignas auto break case catch class concept const consteval constexpr
  const_cast continue default delete do dynamic_cast else enum explicit extern
  false final for friend goto if inline mutable namespace new noexcept nullptr
  operator override private protected public reinterpret_cast requires return
  sizeof static static_assert static_cast struct switch template this
  thread_local throw true try typedef typename union using virtual volatile
  while ]]
local types = set [[
  bool char double float int long short signed unsigned void size_t ptrdiff_t
  int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t string
  string_view vector array span pair tuple map set optional variant function
  shared_ptr unique_ptr ]]

-- What begins at `at`: its class (nil: plain) and its last byte.
local function token(source, at, fresh)
  local function ends(pattern)
    return select(2, source:find('^' .. pattern, at))
  end
  local last = ends('//[^\n]*') or ends('/%*.-%*/')
  if last then return 'co', last end
  if fresh and ends('#') then return 'pp', ends('#[^\n]*') end
  local delimiter = source:match('^R"([^(%s]*)%(', at)
  if delimiter then
    local close = select(2, source:find(')' .. delimiter .. '"', at, true))
    return 'st', close or #source
  end
  local quote = source:match('^["\']', at)
  if quote then
    last = at + 1
    while last < #source and source:sub(last, last) ~= quote do
      last = last + (source:sub(last, last) == '\\' and 2 or 1)
    end
    return 'st', last
  end
  last = ends("%.?%d[%w%.']*")
  if last then return 'nu', last end
  last = ends('[%a_][%w_]*')
  if not last then return nil, ends('[^%w_"\'/#%.\n]+') or at end
  local word = source:sub(at, last)
  if keywords[word] then return 'kw', last end
  if types[word] or word:match('^%u%w*%l%w*$') then return 'ty', last end
  if source:find('^%s*%(', last + 1) then return 'fn', last end
  return nil, last
end

function M.cpp(source)
  local out, at, fresh = {}, 1, true
  while at <= #source do
    local class, last = token(source, at, fresh)
    local text = source:sub(at, last)
    out[#out + 1] = class
      and '<span class="' .. class .. '">' .. M.html(text) .. '</span>'
      or M.html(text)
    if text:find('\n') then fresh = true
    elseif text:find('%S') then fresh = false end
    at = last + 1
  end
  return table.concat(out)
end

return M
