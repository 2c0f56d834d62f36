#include <thread>

#include <fmt/format.h>

#include "cairn/net/testing/server_test.h"

namespace cairn::net {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::kGet;
using ::testing::Not;
using testing::RawClient;
using testing::ServerTest;
using ::testing::StartsWith;

class BodyTest : public ServerTest {
 protected:
  static std::string post(std::string_view fields, std::string_view body, std::string_view path = "/echo") {
    return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}\r\n{}", path, fields, body);
  }
  static std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }
  // The answer to what is sent in pieces of that many bytes, so that each border falls everywhere once.
  std::string answer_in_pieces(std::string_view bytes, std::size_t piece) {
    if (!server_) started();
    RawClient client(port_);
    for (std::size_t at = 0; at < bytes.size(); at += piece) client.send(bytes.substr(at, piece));
    return client.answer();
  }
};

TEST_F(BodyTest, ABodyOfAnnouncedLengthComesWhole) {
  for (const std::size_t piece : {1u, 7u, 1000u})
    EXPECT_THAT(answer_in_pieces(post("Content-Length: 11\r\n", "hello world"), piece), EndsWith("\r\n\r\nhello world")) << piece;
}

TEST_F(BodyTest, AChunkedBodyComesWholeWhereverItIsCut) {
  const auto request = chunked("5;name=\"a value\"\r\nhello\r\n1\r\n \r\n005\r\nworld\r\n0\r\nTrailer: x\r\n\r\n");
  for (const std::size_t piece : {1u, 2u, 3u, 1000u})
    EXPECT_THAT(answer_in_pieces(request, piece), EndsWith("\r\n\r\nhello world")) << piece;
}

TEST_F(BodyTest, TheRequestBehindABodyIsAnsweredToo) {
  started();
  RawClient client(port_);
  const auto many = chunked("3\r\nabc\r\n0\r\n\r\n") + post("Content-Length: 3\r\n", "def", "/echo?1") + std::string(kGet) +
                    post("Content-Length: 3\r\n", "ghi", "/") + std::string(kGet);
  client.send(many);
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nabc"));
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\ndef"));
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nhello\n"));
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nhello\n")) << "a short body that nobody reads is read over";
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nhello\n"));
}

TEST_F(BodyTest, ChunksThatAreNotWellFormedAreRefusedAndTheConnectionCloses) {
  started();
  for (const auto* wrong :
       {"5\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n", "g\r\n\r\n", "\r\n5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nBad Trailer: x\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5;\x01\r\nhello\r\n0\r\n\r\n"}) {
    RawClient client(port_);
    client.send(chunked(wrong));
    EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("Connection: close"))) << wrong;
  }
}

TEST_F(BodyTest, ExtensionsAndTrailersHaveABound) {
  started();
  const auto refused = [&](const std::string& body) {
    RawClient client(port_);
    client.send(chunked(body));
    return client.rest();
  };
  EXPECT_THAT(refused("5;a=" + std::string(2000, 'x') + "\r\nhello\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refused("5\r\nhello\r\n0\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  std::string trailers;
  for (int i = 0; i < 200; ++i) trailers += "X: y\r\n";
  EXPECT_THAT(refused("5\r\nhello\r\n0\r\n" + trailers + "\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(BodyTest, FramingWithoutABodyComesToAnEnd) {
  started();
  for (const auto& endless :
       {std::string(100'000, '0'), "5" + std::string(100'000, ';'), "0\r\nX:" + std::string(100'000, ' ')}) {
    RawClient client(port_);
    client.send(chunked(endless));
    EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 400")) << endless.substr(0, 5);
  }
}

TEST_F(BodyTest, WhoAsksBeforeSendingIsToldToGoOn) {
  started();
  RawClient client(port_);
  client.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(client.answer(true), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_THAT(client.answer(), EndsWith("\r\n\r\nhello"));
}

TEST_F(BodyTest, WhoAsksBeforeSendingAndIsRefusedNeedNotSend) {
  started();
  RawClient client(port_);
  client.send(post("Content-Length: 5000000\r\nExpect: 100-continue\r\n", "", "/nothing"));
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("Connection: close")));
  EXPECT_THAT(answer_to(post("Content-Length: 5\r\nExpect: 200-ok\r\n", "hello")), StartsWith("HTTP/1.1 417"));
}

TEST_F(BodyTest, ABodyThatStopsComingEndsTheConnectionAndOneThatKeepsComingDoesNot) {
  limits_.session.body = {.patience = milliseconds(200), .least_rate = 10};
  started();
  RawClient silent(port_);
  silent.send(post("Content-Length: 100\r\n", "hello"));
  {
    RawClient gone(port_);
    gone.send(post("Content-Length: 100\r\n", "hello"));
  }
  RawClient drip(port_);  // slower than the rate in all, though never silent for long
  drip.send(post("Content-Length: 100000\r\n", "x"));
  while (!drip.heard_within(milliseconds(150))) drip.send("x");
  EXPECT_THAT(drip.rest(), Not(HasSubstr("200 OK")));
  EXPECT_THAT(silent.rest(), Not(HasSubstr("200 OK")));
}

void expect_letters(const std::string& answer, std::size_t size) {
  EXPECT_THAT(answer.substr(0, 300), HasSubstr(fmt::format("Content-Length: {}\r\n", size)));
  const auto body = answer.substr(answer.find("\r\n\r\n") + 4);
  ASSERT_EQ(body.size(), size);
  for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(body[i], static_cast<char>('a' + i % 26)) << i;
}

TEST_F(BodyTest, AStreamedAnswerHasItsLengthAndAllItsBytes) {
  started();
  RawClient client(port_);
  for (const std::size_t size : {0u, 1u, 10'000u, 1'000'000u}) {
    client.send(fmt::format("GET /letters?{} HTTP/1.1\r\nHost: a\r\n\r\n", size));
    expect_letters(client.answer(), size);
  }
  client.send("HEAD /letters?1000 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.answer(true), AllOf(HasSubstr("Content-Length: 1000\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(BodyTest, BytesOfAFileComeInOrder) {
  started();
  RawClient client(port_);
  for (const std::size_t size : {1u, 1000u, 700'000u, 5'000'000u}) {
    client.send(fmt::format("GET /filed?{0},{0} HTTP/1.1\r\nHost: a\r\n\r\n", size));
    expect_letters(client.answer(), size);
  }
  client.send(kGet);
  EXPECT_THAT(client.answer(), EndsWith("hello\n")) << "the connection goes on";
}

TEST_F(BodyTest, AFileThatHasBecomeShorterCutsTheAnswer) {
  started();
  RawClient client(port_);
  client.send("GET /filed?900000,500000 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.rest();
  EXPECT_THAT(answer.substr(0, 300), HasSubstr("Content-Length: 900000\r\n"));
  EXPECT_GT(answer.size(), 500'000u);
  EXPECT_LT(answer.size(), 501'000u);
  EXPECT_THAT(logged(), HasSubstr("shorter"));
}

TEST_F(BodyTest, AnAnswerWhoseSourceFailsAtOnceIsAProblemAndTheConnectionGoesOn) {
  started();
  RawClient client(port_);
  client.send("GET /letters?100,0 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 500"), HasSubstr("storage-failed")));
  client.send(kGet);
  EXPECT_THAT(client.answer(), EndsWith("hello\n"));
}

TEST_F(BodyTest, ARefusalReachesAClientThatIsStillSending) {
  started();
  RawClient client(port_);
  client.send(post("Content-Length: 50000000\r\n", "", "/nothing"));
  std::thread sending([&] {
    const std::string piece(1'000'000, 'x');
    for (int i = 0; i < 50 && client.send(piece); ++i) {
    }
  });
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 404"));
  sending.join();
}

TEST_F(BodyTest, AnAnswerWhoseSourceFailsIsCutShortAndNeverFilledUp) {
  started();
  RawClient client(port_);
  client.send("GET /letters?900000,500000 HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.rest();
  EXPECT_THAT(answer.substr(0, 300), HasSubstr("Content-Length: 900000\r\n"));
  EXPECT_LT(answer.size(), 600'000u);
}

}  // namespace
}  // namespace cairn::net
