#include "cairn/api/json_writer.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace cairn::api {
namespace {

TEST(JsonWriter, SeparatesMembersAndItems) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  json.member("a", "b");
  json.key("list");
  json.open_array();
  json.number(-1);
  json.open_object();
  json.close_object();
  json.boolean(true);
  json.close_array();
  json.member("last", INT64_MIN);
  json.close_object();
  EXPECT_EQ(text, R"({"a":"b","list":[-1,{},true],"last":-9223372036854775808})");
}

TEST(JsonWriter, WritesAnyStringSoThatItReadsBack) {
  for (const std::string value : {"", "a\"b\\c/d", "\\\"", "Grüße 📁", "line\nbreak\ttab\x01\x1f\x7f"}) {
    std::string text;
    JsonWriter(text).string(value);
    EXPECT_EQ(boost::json::parse(text).as_string(), value) << text;
  }
}

}  // namespace
}  // namespace cairn::api
