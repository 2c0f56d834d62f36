#include "cairn/net/router.h"

#include "cairn/runtime/blocking.h"

namespace cairn::net {
namespace {

// Routes that answer with their own path and the parameters found.
class RouterTest : public ::testing::Test {
 protected:
  static Route route(Method method, const std::string& path) {
    auto answer = [path](const Request& request) -> Task<Response> {
      Response response{.body = path};
      for (const auto& [name, value] : request.params) response.body += " " + std::string(name) + "=" + value;
      co_return response;
    };
    return {method, path, std::move(answer)};
  }
  Response answer(Method method, std::string_view path) {
    Request request;
    request.method = method;
    request.path = path;
    return run_blocking(router_.answer(request, [](const Request&, std::string_view) {}));
  }
  std::string found(std::string_view path) { return answer(Method::kGet, path).body; }

  Router router_{{route(Method::kGet, "/"), route(Method::kGet, "/nodes/{id}"), route(Method::kPatch, "/nodes/{id}"),
                  route(Method::kGet, "/nodes/{id}/children"), route(Method::kPut, "/nodes/{id}/children/{name}"),
                  route(Method::kGet, "/nodes/none"), route(Method::kGet, "/files/{space}/{path...}")}};
};

TEST_F(RouterTest, PartsOfAPathAreFoundAndDecoded) {
  EXPECT_EQ(found("/"), "/");
  EXPECT_EQ(found("/nodes/a%20b"), "/nodes/{id} id=a b");
  EXPECT_EQ(found("/nodes/1/children"), "/nodes/{id}/children id=1");
  EXPECT_EQ(answer(Method::kPut, "/nodes/1/children/a%2Fb").body, "/nodes/{id}/children/{name} id=1 name=a/b");
  EXPECT_EQ(found("/nodes/none"), "/nodes/none") << "what is written out comes first";
  EXPECT_EQ(found("/files/home"), "/files/{space}/{path...} space=home path=");
  EXPECT_EQ(found("/files/home/"), "/files/{space}/{path...} space=home path=");
  EXPECT_EQ(found("/files/home/a//b%20c/"), "/files/{space}/{path...} space=home path=a//b c/");
}

TEST_F(RouterTest, WhatIsNotThereIsTold) {
  for (const auto* path : {"/nodes", "/nodes/", "/nodes/1/", "/nodes/1/children/", "/nodes/1/other", "/x", "//", "/files"})
    EXPECT_EQ(answer(Method::kGet, path).status, 404) << path;
  EXPECT_EQ(answer(Method::kGet, "/nodes/1/children/a").status, 405);
  const auto refused = answer(Method::kDelete, "/nodes/1");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.fields.front(), std::pair(std::string("Allow"), std::string("GET, HEAD, PATCH, OPTIONS")));
}

TEST_F(RouterTest, TheServerAsAWholeCanBeAskedForItsOptions) { EXPECT_EQ(answer(Method::kOptions, "*").status, 204); }

TEST(Routes, ThatCallOnePartDifferentlyAreADefect) {
  const auto handler = [](const Request&) -> Task<Response> { co_return Response{}; };
  const std::vector<Route> routes{{Method::kGet, "/x/{id}", handler}, {Method::kGet, "/x/{node}/y", handler}};
  EXPECT_THROW(Router{routes}, std::logic_error);
}

TEST_F(RouterTest, AnEncodedSlashNeverSeparates) {
  EXPECT_EQ(answer(Method::kGet, "/files/home/a%2Fb").status, 400);
  EXPECT_EQ(answer(Method::kGet, "/files/home/a%zz").status, 400);
  EXPECT_EQ(answer(Method::kGet, "/nodes/%").status, 400);
}

}  // namespace
}  // namespace cairn::net
