-- Sends one GET per request with the next token of a file, in turn, and prints one RESULT line of JSON.
-- usage: wrk -s tokens.lua URL -- TOKENS.txt [OFFSET]; the offset is the number of tokens to begin behind
-- Requests are made when they are sent: LuaJIT hashes a string by few of its bytes, and 100,000 that differ elsewhere only
-- would take minutes to keep.
local tokens, count, at = {}, 0, 0
local before, behind

function init(args)
  at = tonumber(args[2] or 0)
  for line in io.lines(args[1]) do
    count = count + 1
    tokens[count] = line
  end
  local request = wrk.format("GET", nil, {
    ["Host"] = "api.example.com",
    ["Accept"] = "application/json",
    ["User-Agent"] = "load",
    ["Accept-Language"] = "en-GB,en;q=0.9",
    ["X-Trace"] = "0af7651916cd43dd8448eb211c80319c",
    ["Authorization"] = "Bearer @",
  })
  before, behind = request:match("^([^@]*)@(.*)$")
end

function request()
  at = at % count + 1
  return before .. tokens[at] .. behind
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "errors": %d, "refused": %d, "p50_us": %d, "p99_us": %d, "p999_us": %d}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
