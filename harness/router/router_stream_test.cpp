#include "tests/support/router_fixture.h"

namespace twelve {
namespace {

std::string Pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  return bytes;
}

std::string Chunked(std::string_view bytes, std::size_t chunk) {
  std::string out;
  char size[32];
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, chunk);
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    out.append(size).append(part).append("\r\n");
    bytes.remove_prefix(part.size());
  }
  return out + "0\r\n\r\n";
}

TEST_F(RouterTest, StreamsBodiesBothWaysUnchanged) {
  AddProcess();
  Start();
  const std::string body = Pattern(3 << 20);
  TcpPeer client = Client();
  TcpPeer process;
  for (const bool chunked : {false, true}) {
    SCOPED_TRACE(chunked);
    const std::string framing = chunked
                                    ? std::string("Transfer-Encoding: chunked\r\n\r\n")
                                    : "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    const std::string wire = chunked ? Chunked(body, 70'000) : body;
    std::thread sender([&] { client.Send("POST / HTTP/1.1\r\nHost: a\r\n" + framing + wire); });
    if (!process.open()) process = Accept();
    const std::string head = ReadHead(process);
    const std::string received = process.Receive(wire.size());
    sender.join();
    EXPECT_TRUE(received == wire);
    std::thread answerer([&] { process.Send("HTTP/1.1 200 OK\r\n" + framing + wire); });
    ReadHead(client);
    const std::string answered = client.Receive(wire.size());
    answerer.join();
    EXPECT_TRUE(answered == wire);
  }
  WaitFor([](const RouterSnapshot& s) { return s.answered == 2 && s.targets[0].kept == 1; });
}

TEST_F(RouterTest, PassesOnEachPieceAsItComes) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(StatusOf(ReadHead(client)), 200);
  for (int i = 0; i < 3; ++i) {
    process.Send("2\r\nhi\r\n");
    EXPECT_EQ(client.Receive(7), "2\r\nhi\r\n");
  }
}

TEST_F(RouterTest, AnswersUntilTheEndAreEndedByTheEnd) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send("HTTP/1.0 200 OK\r\n\r\nall of it");
  process.Close();
  EXPECT_THAT(client.ReceiveAll(), testing::EndsWith("\r\n\r\nall of it"));
  EXPECT_TRUE(client.ended());
  WaitFor([](const RouterSnapshot& s) { return s.answered == 1; });
}

TEST_F(RouterTest, AClientThatDoesNotReadSlowsTheProcessAndNobodyElse) {
  AddProcess();
  AddProcess();
  Start();
  const std::size_t size = std::size_t{64} << 20;
  TcpPeer lazy = Client();
  lazy.Send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept(0);
  ReadHead(process);
  process.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  // As much as the kernel and the router take without a reader: far less than all of it.
  std::size_t taken = 0;
  const std::string piece(64 << 10, 'x');
  for (int quiet = 0; quiet < 50 && taken < size;) {
    const IoResult written = sockets_.Write(process.fd(), piece);
    if (written.kind == IoResult::Kind::kDone) {
      taken += written.bytes;
      quiet = 0;
    } else {
      std::this_thread::sleep_for(milliseconds(2));
      ++quiet;
    }
  }
  EXPECT_LT(taken, size / 2);
  TcpPeer other = Client();
  other.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer second = Accept(1);
  ReadHead(second);
  second.Send(HttpReply(200, "quick"));
  EXPECT_THAT(ReadAnswer(other), testing::EndsWith("quick"));
}

TEST_F(RouterTest, AnEarlyAnswerEndsTheClientsConnection) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly a part");
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send(HttpReply(413, "too long"));
  const std::string answer = client.ReceiveAll();
  EXPECT_EQ(StatusOf(answer), 413);
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.ended());
  process.ReceiveAll();  // that connection is of no more use either
  EXPECT_TRUE(process.ended() || process.problem() != 0);
}

TEST_F(RouterTest, AClientThatGoesAwayLeavesNothingBehind) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept();
  ReadHead(process);
  client.Reset();
  process.ReceiveAll();
  EXPECT_TRUE(process.ended() || process.problem() != 0);
  const auto snapshot = WaitFor([](const RouterSnapshot& s) { return s.open_clients == 0; });
  EXPECT_EQ(snapshot->abandoned, 1u);
  EXPECT_EQ(snapshot->targets[0].in_flight, 0);
}

}  // namespace
}  // namespace twelve
