#include "cairn/net/trace_context.h"

namespace cairn::net {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

std::string_view trace_of(std::string_view field) {
  Request request;
  request.fields.push_back({"traceparent", field});
  return trace_id_of(request);
}

// The examples of the recommendation.
TEST(TraceContext, IsTakenFromAWellFormedField) {
  EXPECT_EQ(trace_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), kTrace);
  EXPECT_EQ(trace_of("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be"), kTrace);
  EXPECT_EQ(trace_id_of(Request{}), "");
}

TEST(TraceContext, IsLeftOutWhereTheFieldIsNot) {
  for (const auto* field :
       {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
    EXPECT_EQ(trace_of(field), "") << field;
}

}  // namespace
}  // namespace cairn::net
