-- Like tokens.lua, but each connection waits 8 to 24 ms before a request, so that the load stays below what the
-- gateway can take and latency tells of the gateway, not of the queue that the load makes for itself.
-- usage: wrk -s paced.lua URL -- TOKENS.txt
local requests, count, at = {}, 0, 0

function init(args)
  math.randomseed(7)
  for line in io.lines(args[1]) do
    count = count + 1
    requests[count] = wrk.format("GET", nil, {
      ["Host"] = "api.example.com",
      ["Accept"] = "application/json",
      ["User-Agent"] = "load",
      ["Authorization"] = "Bearer " .. line,
    })
  end
end

function delay()
  return math.random(8, 24)
end

function request()
  at = at % count + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "errors": %d, "refused": %d, "p50_us": %d, "p99_us": %d, "p999_us": %d}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
