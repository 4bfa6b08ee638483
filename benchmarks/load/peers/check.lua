-- The cached token check of nginx-lua.conf: signature (RS256, ES256), exp, iss, aud, scope.
local cjson = require("cjson.safe")
local lrucache = require("resty.lrucache")
local pkey = require("openssl.pkey")
local digest = require("openssl.digest")

local cache = lrucache.new(20000)

local function decoded(part)
  part = part:gsub("-", "+"):gsub("_", "/")
  return ngx.decode_base64(part .. string.rep("=", -#part % 4))
end

local function integer(bytes)
  bytes = bytes:gsub("^%z+", "")
  if bytes:byte(1) >= 0x80 then bytes = "\0" .. bytes end
  return "\2" .. string.char(#bytes) .. bytes
end

-- The two halves of an ES256 signature as the DER that OpenSSL takes.
local function der(signature)
  local both = integer(signature:sub(1, 32)) .. integer(signature:sub(33, 64))
  return "\48" .. string.char(#both) .. both
end

local function holds(list, wanted)
  if type(list) == "string" then return list == wanted end
  for _, value in ipairs(list or {}) do
    if value == wanted then return true end
  end
  return false
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

return function(rs256, es256)
  local keys = { RS256 = pkey.new(read(rs256)), ES256 = pkey.new(read(es256)) }

  local function verified(token)
    local head, body, tail = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
    if not head then return nil end
    local header, claims, signature = cjson.decode(decoded(head) or ""), cjson.decode(decoded(body) or ""), decoded(tail)
    local key = header and keys[header.alg]
    if not key or not claims or not signature then return nil end
    if header.alg == "ES256" then
      if #signature ~= 64 then return nil end
      signature = der(signature)
    end
    if not key:verify(signature, digest.new("sha256"):update(head .. "." .. body)) then return nil end
    if claims.iss ~= "https://issuer.example/" or not holds(claims.aud, "appointments:api") then return nil end
    local scopes = {}
    for scope in (claims.scope or ""):gmatch("%S+") do scopes[scope] = true end
    return { exp = claims.exp, sub = claims.sub, scopes = scopes }
  end

  return function()
    local token = (ngx.var.http_authorization or ""):match("^[Bb]earer +(%S+)$")
    if not token then return ngx.exit(401) end
    local claims = cache:get(token)
    if not claims then
      claims = verified(token)
      if not claims then return ngx.exit(401) end
      cache:set(token, claims)
    end
    if claims.exp <= ngx.time() then return ngx.exit(401) end
    if not claims.scopes["read:appointments"] then return ngx.exit(403) end
    ngx.req.set_header("X-User", claims.sub)
    ngx.req.clear_header("Authorization")
  end
end
