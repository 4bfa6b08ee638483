package dev.bearward.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What Redis does in one step. Every script is one round trip, and nothing comes between its parts;
 * time is Redis's own, so that the clocks of the gateways do not matter.
 */
enum Script {
  /**
   * Takes a token from a bucket. KEYS: the bucket. ARGV: tokens it holds, microseconds for each to
   * come back. Gives the tokens left and the microseconds until it is full, or -1 and the
   * microseconds until there is one; then nothing is written.
   */
  SPEND(
      """
      local time = redis.call('TIME')
      local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
      local burst, each = tonumber(ARGV[1]), tonumber(ARGV[2])
      local tokens = burst
      local known = redis.call('GET', KEYS[1])
      if known then
        local left, since = string.match(known, '^(%S+) (%S+)$')
        tokens = math.min(burst, tonumber(left) + math.max(0, now - tonumber(since)) / each)
      end
      if tokens < 1 - 1e-6 then
        return {-1, math.ceil((1 - tokens) * each)}
      end
      tokens = math.max(0, tokens - 1)
      local full = (burst - tokens) * each
      local value = string.format('%.9f %.0f', tokens, now)
      redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.ceil(full / 1000) + 1))
      return {math.floor(tokens + 1e-6), math.ceil(full)}
      """),

  /**
   * Adds revocations, each at most widened. KEYS: the revocations, their ends, the version. ARGV:
   * most revocations, milliseconds that each goes on after its end, then for each its row, its
   * issuedBefore and its end. Gives the version, how many were refused for lack of room. What
   * changed is published with the new version.
   */
  REVOKE(
      """
      local time = redis.call('TIME')
      local now = tonumber(time[1]) * 1000
      for _, row in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)) do
        redis.call('HDEL', KEYS[1], row)
        redis.call('ZREM', KEYS[2], row)
      end
      local refused, changed = 0, ''
      for i = 3, #ARGV, 3 do
        local row, before, ends = ARGV[i], ARGV[i + 1], ARGV[i + 2]
        local known = redis.call('HGET', KEYS[1], row)
        if known then
          local b, e = string.match(known, '^(%S+) (%d+)$')
          if b and b ~= '-' and tonumber(b) > tonumber(before) then before = b end
          if e and tonumber(e) > tonumber(ends) then ends = e end
        end
        local value = before .. ' ' .. ends
        if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then
          refused = refused + 1
        elseif known ~= value then
          redis.call('HSET', KEYS[1], row, value)
          redis.call('ZADD', KEYS[2], string.format('%.0f', ends + ARGV[2]), row)
          changed = changed .. ' ' .. row .. ' ' .. value
        end
      end
      if changed ~= '' then
        if redis.call('EXISTS', KEYS[3]) == 0 then
          redis.call('SET', KEYS[3], time[1] .. string.format('%06d', time[2]))
        end
        local version = string.format('%.0f', redis.call('INCR', KEYS[3]))
        redis.call('PUBLISH', KEYS[3], version .. changed)
      end
      return {redis.call('GET', KEYS[3]) or '', refused}
      """),

  /** Gives the version and all revocations, row by value. KEYS: the revocations, the version. */
  READ("return {redis.call('GET', KEYS[2]) or '', redis.call('HGETALL', KEYS[1])}");

  private final String text;
  private final String digest;

  Script(String text) {
    this.text = text;
    this.digest = digest(text);
  }

  private static String digest(String text) {
    try {
      byte[] sha1 =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java runtime has it
    }
  }

  /** In Lua. */
  String text() {
    return text;
  }

  /** Redis's name for it. */
  String digest() {
    return digest;
  }
}
