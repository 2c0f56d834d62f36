#include "cairn/net/head_parser.h"

#include <string>

namespace cairn::net {
namespace {

int status_of_head(std::string_view head) {
  const auto request = parse_head(head);
  return request ? 200 : request.error().status;
}

TEST(HeadParser, ReadsARequestApart) {
  const auto request = parse_head("GET /a%20b?x=1&y HTTP/1.1\r\nHost: localhost:80\r\nX-Empty:\r\nAccept:  text/html \r\n\r\n");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->method, Method::kGet);
  EXPECT_EQ(request->path, "/a%20b");
  EXPECT_EQ(request->query, "x=1&y");
  EXPECT_EQ(request->header("accept"), "text/html");
  EXPECT_EQ(request->header("X-EMPTY"), "");
  EXPECT_EQ(request->header("missing"), std::nullopt);
  EXPECT_TRUE(request->keep_alive);
  EXPECT_FALSE(request->has_body());
}

TEST(HeadParser, KnowsWhenAConnectionStaysOpen) {
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(parse_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
}

TEST(HeadParser, TheAbsoluteFormMustNameTheHost) {
  const auto request = parse_head("GET http://a:1/x?y HTTP/1.1\r\nHost: a:1\r\n\r\n");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->path, "/x");
  EXPECT_EQ(status_of_head("GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n"), 400);
}

TEST(HeadParser, RefusesWhatTwoServersCouldReadInTwoWays) {
  struct Wrong {
    const char* what;
    const char* head;
    int status;
  };
  const Wrong wrongs[] = {
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"a Host that is none", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no version (HTTP/0.9)", "GET /\r\n\r\n", 505},
      {"a newer version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"both lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"a length with a sign", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
      {"an empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
      {"another coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
      {"chunked twice", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"chunked behind which a tab hides", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\t\r\n\r\n", 400},
      {"chunked with white space around", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t chunked \t\r\n\r\n", 400},
      {"another protocol", "GET / RTSP/1.1\r\nHost: a\r\n\r\n", 505},
      {"a CR in front", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400},
      {"a space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", 400},
      {"a control in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n", 400},
      {"a method that nobody knows", "FROB / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"a target without slash", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  };
  for (const auto& wrong : wrongs) EXPECT_EQ(status_of_head(wrong.head), wrong.status) << wrong.what;
}

TEST(HeadParser, ABodyIsSeenInEveryFormThatPasses) {
  int passed = 0;
  for (const auto* head :
       {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\t1 \r\n\r\n"}) {
    const auto request = parse_head(head);
    if (!request) continue;
    ++passed;
    EXPECT_TRUE(request->has_body()) << head;
    EXPECT_TRUE(request->keep_alive) << head;
  }
  EXPECT_GE(passed, 3);
}

TEST(HeadParser, TooManyFieldsAreRefused) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100; ++i) head += "X: 1\r\n";
  EXPECT_EQ(status_of_head(head + "\r\n"), 431);
}

TEST(HeadEnd, IsBehindTheEmptyLine) {
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\n\r\nrest").value(), 18u);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n").value(), std::nullopt);
  EXPECT_EQ(find_head_end("").value(), std::nullopt);
}

TEST(HeadEnd, ALineWithoutCrIsRefusedAtOnceAndABodyIsNotLookedAt) {
  EXPECT_FALSE(find_head_end("GET / HTTP/1.1\nHost: a\n\n").has_value());
  EXPECT_FALSE(find_head_end("\n").has_value());
  EXPECT_TRUE(find_head_end("GET / HTTP/1.1\r\n\r\na\nb").has_value());
}

}  // namespace
}  // namespace cairn::net
