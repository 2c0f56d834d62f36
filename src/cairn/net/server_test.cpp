#include "cairn/net/testing/server_test.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include "cairn/net/client.h"

namespace cairn::net {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kGet;
using ::testing::Not;
using testing::RawClient;
using testing::ServerTest;
using ::testing::StartsWith;

TEST_F(ServerTest, AnswersWithTheFieldsThatEveryAnswerHas) {
  EXPECT_THAT(answer_to(kGet), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("\r\nX-Request-Id: req_"),
                                     HasSubstr("\r\nDate: "), HasSubstr("\r\nCache-Control: no-store\r\n"),
                                     HasSubstr("\r\nContent-Length: 6\r\n"), ::testing::EndsWith("\r\n\r\nhello\n")));
}

TEST_F(ServerTest, OneConnectionCarriesManyRequestsAndTheAnswersKeepTheirOrder) {
  started();
  RawClient client(port_);
  client.send("GET /back?1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.answer(), ::testing::EndsWith("\r\n\r\n1"));
  client.send("GET /back?2 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /back?3 HTTP/1.1\r\nHost: a\r\n\r\nGET /back?4 HTTP/1.1\r\nHos");
  EXPECT_THAT(client.answer(), ::testing::EndsWith("\r\n\r\n2"));
  EXPECT_THAT(client.answer(), ::testing::EndsWith("\r\n\r\n3"));
  client.send("t: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), AllOf(HasSubstr("Connection: close\r\n"), ::testing::EndsWith("\r\n\r\n4")));
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  started();
  RawClient client(port_);
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /back?next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.answer(true), AllOf(HasSubstr("Content-Length: 6\r\n"), ::testing::EndsWith("\r\n\r\n")));
  EXPECT_THAT(client.answer(), ::testing::EndsWith("next"));
}

TEST_F(ServerTest, AnOldClientKeepsItsConnectionOnlyIfItAsks) {
  started();
  RawClient client(port_);
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.answer(), HasSubstr("Connection: keep-alive\r\n"));
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.rest(), HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerTest, WhatIsNotThereAndWhatIsNotAllowedAreTold) {
  EXPECT_THAT(
      answer_to("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"),
      AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("application/problem+json"), HasSubstr(R"("type":"/problems/not-found")")));
  EXPECT_THAT(answer_to("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("\r\nAllow: GET, HEAD, POST, OPTIONS\r\n")));
  EXPECT_THAT(answer_to("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n"), AllOf(StartsWith("HTTP/1.1 204"), HasSubstr("\r\nAllow: ")));
}

TEST_F(ServerTest, AnErrorOfTheCallerIsExplainedAndOneOfOursIsNot) {
  EXPECT_THAT(answer_to("GET /taken HTTP/1.1\r\nHost: a\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 409"), HasSubstr("There is a file of this name."), HasSubstr(R"("pointer":"/name")")));
  EXPECT_THAT(answer_to("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n"), AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))));
}

TEST_F(ServerTest, AHeadThatIsNotValidIsRefusedAndTheConnectionCloses) {
  started();
  for (const auto* wrong : {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    RawClient client(port_);
    client.send(wrong);
    EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("Connection: close"))) << wrong;
  }
  EXPECT_THAT(metrics_.text(), HasSubstr("cairn_http_refused_heads_total{server=\"test\"} 3"));
}

TEST_F(ServerTest, AHeadThatIsTooLongIsRefusedWhetherItEndsOrNot) {
  started();
  for (const auto* end : {"", "\r\n\r\n"}) {
    RawClient client(port_);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(3000, 'x') + end);
    EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 431"));
  }
}

TEST_F(ServerTest, ABodyThatNobodyReadsDoesNotCostTheAnswer) {
  started();
  RawClient client(port_);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Connection: close"), ::testing::EndsWith("hello\n")));
}

TEST_F(ServerTest, ASlowHeadAndAnIdleConnectionAreClosed) {
  limits_.session.head_timeout = milliseconds(100);
  limits_.session.idle_timeout = milliseconds(100);
  started();
  RawClient slow(port_);
  slow.send("GET / HTTP/1.1\r\nHo");
  RawClient idle(port_);
  RawClient served(port_);
  served.send(kGet);
  EXPECT_EQ(slow.rest(), "");
  EXPECT_EQ(idle.rest(), "");
  EXPECT_THAT(served.rest(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, OneConnectionTooManyIsClosedAndTheNextOneServed) {
  limits_.max_connections = 1;
  started();
  {
    RawClient first(port_);
    first.send(kGet);
    EXPECT_THAT(first.answer(), StartsWith("HTTP/1.1 200"));
    RawClient second(port_);
    second.send(kGet);
    EXPECT_EQ(second.rest(), "");
    first.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    first.rest();
  }
  std::string answer;
  while (answer.empty()) answer = answer_to(kGet);  // the server needs a moment to notice the end
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, WhenItStopsRequestsUnderWayAreAnsweredAndIdleConnectionsEnd) {
  started();
  RawClient idle(port_);
  idle.send(kGet);
  idle.answer();
  RawClient busy(port_);
  busy.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  handler_here_.wait();
  stopped_ = true;
  std::thread stopping([&] { server_->stop(std::chrono::hours(1)); });
  EXPECT_EQ(idle.rest(), "");
  handler_goes_on_.count_down();
  EXPECT_THAT(busy.rest(), AllOf(HasSubstr("Connection: close"), ::testing::EndsWith("held")));
  stopping.join();
  RawClient late(port_);
  EXPECT_FALSE(late.connected());
}

// A busy machine: the request has come, but its thread has not got round to reading it.
TEST_F(ServerTest, WhenItStopsARequestThatNobodyHasReadYetIsAnswered) {
  threads_.resize(1);
  started();
  RawClient client(port_);
  client.send(kGet);
  client.answer();
  std::latch busy(1);
  std::latch goes_on(1);
  std::thread occupying([&] {
    threads_.front()->run([&] {
      busy.count_down();
      goes_on.wait();
    });
  });
  busy.wait();
  stopped_ = true;
  std::thread stopping([&] { server_->stop(std::chrono::hours(1)); });
  while (!server_->is_stopping()) std::this_thread::yield();
  client.send(kGet);
  goes_on.count_down();
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Connection: close")));
  stopping.join();
  occupying.join();
}

TEST_F(ServerTest, WhileItStopsDeadlinesStillHold) {
  limits_.session.head_timeout = milliseconds(100);
  started();
  RawClient slow(port_);
  slow.send("GET / HTTP/1.1\r\nHo");
  RawClient served(port_);
  served.send(kGet);
  served.answer();  // by now the server has both
  stopped_ = true;
  server_->stop(std::chrono::hours(1));
  EXPECT_EQ(slow.rest(), "");
}

TEST_F(ServerTest, AClientThatNeverPausesLeavesRoomForOthersAndForTheEnd) {
  threads_.resize(1);
  started();
  std::atomic<std::size_t> answered = 0;
  std::thread flood([&] {
    RawClient client(port_);
    std::string many;
    for (int i = 0; i < 200; ++i) many += kGet;
    std::thread reading([&] {
      while (!client.answer().empty()) ++answered;
    });
    while (client.send(many)) {
    }
    reading.join();
  });
  while (answered < 1000) std::this_thread::yield();
  RawClient other(port_);
  other.send(kGet);
  EXPECT_THAT(other.answer(), StartsWith("HTTP/1.1 200"));
  stopped_ = true;
  server_->stop(milliseconds(0));
  flood.join();
}

TEST_F(ServerTest, EmptyLinesBeforeARequestAreForgivenUpToAPoint) {
  EXPECT_THAT(answer_to("\r\n\r\n" + std::string(kGet)), StartsWith("HTTP/1.1 200"));
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "\r\n";
  EXPECT_THAT(answer_to(many), StartsWith("HTTP/1.1 400"));
}

TEST_F(ServerTest, AnAddressInUseIsTold) {
  started();
  const auto second = server_->listen({.host = "127.0.0.1", .port = port_});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr("is in use by another program"));
}

TEST_F(ServerTest, AUnixSocketIsForTheServersUserAloneAndIsGoneAfterwards) {
  started();
  std::string pattern = std::filesystem::temp_directory_path() / "cairn-socket-XXXXXX";
  const std::string directory = mkdtemp(pattern.data());
  const auto path = directory + "/admin.sock";
  ASSERT_TRUE(server_->listen({.kind = Address::Kind::kUnix, .host = path}).has_value());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
  const auto answer = fetch({.method = Method::kGet, .unix_socket = path, .path = "/back?over+unix"});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "over+unix");
  stopped_ = true;
  server_->stop(milliseconds(0));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(fetch({.method = Method::kGet, .unix_socket = path, .path = "/"}).has_value());
  std::filesystem::remove_all(directory);
}

TEST_F(ServerTest, ManyClientsAreServedOnAllThreads) {
  started();
  std::vector<std::thread> clients;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      RawClient client(port_);
      for (int n = 0; n < 50; ++n) {
        const auto text = std::to_string(i * 1000 + n);
        client.send("GET /back?" + text + " HTTP/1.1\r\nHost: a\r\n\r\n");
        if (client.answer().ends_with("\r\n\r\n" + text)) ++right;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(right, 400);
}

TEST_F(ServerTest, ALineForEachRequestTellsItsRouteAndNotItsAddress) {
  limits_.session.log_requests = true;
  log_.set_level(LogLevel::kInfo);
  answer_to(
      "GET /back?secret=word HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
  server_->stop(std::chrono::seconds(10));
  stopped_ = true;
  EXPECT_THAT(logged(), AllOf(HasSubstr(R"("event":"request.answered")"), HasSubstr(R"("route":"/back")"),
                              HasSubstr(R"("status":200)"), HasSubstr(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")"),
                              HasSubstr(R"("bytes":11)"), Not(HasSubstr("word"))));
}

TEST_F(ServerTest, ALineTellsWhatWasSentInPlaceOfContentThatCannotBeRead) {
  limits_.session.log_requests = true;
  log_.set_level(LogLevel::kInfo);
  answer_to("GET /letters?100,0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  server_->stop(std::chrono::seconds(10));
  stopped_ = true;
  EXPECT_THAT(logged(), AllOf(HasSubstr(R"("event":"request.answered")"), HasSubstr(R"("status":500)")));
}

TEST_F(ServerTest, AnAnswerThatIsStillOnItsWayComesWholeThoughTheServerStops) {
  constexpr std::size_t kBytes = 3'000'000;
  started();
  RawClient slow(port_);
  slow.send("GET /letters?3000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(slow.heard_within(std::chrono::seconds(20)));
  server_->begin_stop();
  std::string all;
  std::thread reading([&] { all = slow.rest(); });
  server_->finish_stop(std::chrono::steady_clock::now() + std::chrono::seconds(20));
  reading.join();
  stopped_ = true;
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, kBytes);
}

TEST_F(ServerTest, ANewConnectionGoesToAThreadThatHasNoTransfer) {
  constexpr std::string_view kThread = "GET /thread HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto thread_of = [&](RawClient& client) {
    client.send(kThread);
    const auto answer = client.answer();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };
  started();
  RawClient slow(port_);
  const auto busy = thread_of(slow);
  slow.send("GET /letters?100000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(slow.heard_within(std::chrono::seconds(20)));  // and reads none of it
  std::vector<std::unique_ptr<RawClient>> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(std::make_unique<RawClient>(port_));
    EXPECT_NE(thread_of(*others.back()), busy) << i;
  }
}

TEST_F(ServerTest, ConnectionsThatDoNothingAreSpreadEvenly) {
  started();
  std::map<std::string, int> threads;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    clients.back()->send("GET /thread HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = clients.back()->answer();
    ++threads[answer.substr(answer.find("\r\n\r\n") + 4)];
  }
  EXPECT_THAT(threads, ::testing::ElementsAre(::testing::Pair(::testing::_, 5), ::testing::Pair(::testing::_, 5)));
}

}  // namespace
}  // namespace cairn::net
