# gRPC's own interop client and server, as the gem `grpc` brings them along, with what the gateway wants beside them:
# a token with each call, and for the server a free port of 127.0.0.1.
#
#   ruby grpc.rb server
#   TOKEN=… [CA=ca.pem] ruby grpc.rb client PORT CASE…
#
# Prints `OK: CASE` or `FAILED: CASE: why` for each case. A case is one of the client's own, or one of those below.

gem 'grpc'
TESTS = File.join(Gem.loaded_specs['grpc'].full_gem_path, 'src/ruby/pb/test')
role, port, *cases = ARGV
ARGV.clear

if role == 'server'
  require 'grpc'
  # Listens where nobody else can reach it, and says where.
  module Loopback
    def add_http2_port(_address, credentials)
      port = super('127.0.0.1:0', credentials)
      puts "listening on 127.0.0.1:#{port}"
      $stdout.flush
      port
    end
  end
  GRPC::RpcServer.prepend(Loopback)
  ARGV.replace(['--port', '0'])
  load File.join(TESTS, 'server.rb')
  exit
end

load File.join(TESTS, 'client.rb')
GRPC.logger.level = Logger::FATAL
TOKEN = ENV['TOKEN']

# Without TLS, where call credentials are not allowed, a token is metadata like any other.
module WithBearer
  def initialize(host, credentials, **options)
    @bearer = credentials == :this_channel_is_insecure && TOKEN ? { 'authorization' => "Bearer #{TOKEN}" } : {}
    super
  end

  %i[request_response client_streamer server_streamer bidi_streamer].each do |kind|
    define_method(kind) do |*call, metadata: {}, **options, &block|
      super(*call, metadata: metadata.merge(@bearer), **options, &block)
    end
  end
end
GRPC::ClientStub.prepend(WithBearer)

def ssl_creds(_use_test_ca)
  channel = GRPC::Core::ChannelCredentials.new(File.read(ENV['CA']))
  return channel unless TOKEN

  channel.compose(GRPC::Core::CallCredentials.new(proc { { authorization: "Bearer #{TOKEN}" } }))
end

# Cases of ours.
class NamedTests
  # Is answered once, says nothing more, and hears that its token is over.
  def outlive_token
    ask = StreamingOutputCallRequest.new(
      response_type: :COMPRESSABLE, response_parameters: [ResponseParameters.new(size: 9)])
    answers = 0
    silence = Queue.new
    asks = Enumerator.new do |out|
      out << ask
      silence.pop
    end
    begin
      @stub.full_duplex_call(asks).each { answers += 1 }
      fail AssertionError, 'it ended well'
    rescue GRPC::Unauthenticated => e
      fail AssertionError, "#{answers} answers, #{e.details}" unless [answers, e.details] == [1, 'token expired']
    ensure
      silence << :over
    end
  end

  # Its server never begins to answer, since it is asked for nothing.
  def outlive_token_unanswered
    silence = Queue.new
    @stub.full_duplex_call(Enumerator.new { |_| silence.pop }).each { fail AssertionError, 'it was answered' }
    fail AssertionError, 'it ended well'
  rescue GRPC::Unauthenticated => e
    fail AssertionError, e.details unless e.details == 'the access token expired'
  ensure
    silence << :over
  end
end

cases.each do |name|
  options = Args.new(nil, '127.0.0.1', '', nil, port, !ENV['CA'].nil?, name, false)
  NamedTests.new(create_stub(options), options).method(name).call
  puts "OK: #{name}"
rescue StandardError => e
  puts "FAILED: #{name}: #{e.class}: #{e.message}"
ensure
  $stdout.flush
end
exit!(true)
