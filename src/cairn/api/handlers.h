#pragma once
// What answers each route; routes.cpp says which. Each is in the source file that the comment names.

#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

using net::Response;

// setup.cpp
Task<Response> get_setup(const Call& call);
Task<Response> set_up(const Call& call);
Task<Response> confirm_recovery(const Call& call);

// session.cpp: browsers
Task<Response> sign_in(const Call& call);
Task<Response> get_session(const Call& call);
Task<Response> sign_out(const Call& call);

// token.cpp: programs
Task<Response> issue_token(const Call& call);
Task<Response> revoke_token(const Call& call);

// me.cpp
Task<Response> get_me(const Call& call);
Task<Response> change_me(const Call& call);
Task<Response> change_password(const Call& call);
Task<Response> list_my_sessions(const Call& call);
Task<Response> end_my_session(const Call& call);

// users.cpp
Task<Response> list_users(const Call& call);
Task<Response> add_user(const Call& call);
Task<Response> get_user(const Call& call);
Task<Response> change_user(const Call& call);
Task<Response> remove_user(const Call& call);

// spaces.cpp
Task<Response> list_spaces(const Call& call);
Task<Response> get_space(const Call& call);
Task<Response> find_by_path(const Call& call);

// nodes.cpp
Task<Response> get_node(const Call& call);
Task<Response> list_children(const Call& call);
Task<Response> create_child(const Call& call);
Task<Response> change_node(const Call& call);
Task<Response> copy_node(const Call& call);
Task<Response> delete_node(const Call& call);

// upload.cpp
Task<Response> put_child(const Call& call);
Task<Response> put_content(const Call& call);

// uploads.cpp and upload_creation.cpp: by tus
Task<Response> get_tus_options(const Call& call);
Task<Response> list_uploads(const Call& call);
Task<Response> create_upload(const Call& call);
Task<Response> get_upload(const Call& call);
Task<Response> send_upload(const Call& call);
Task<Response> end_upload(const Call& call);
Task<Response> override_upload(const Call& call);

// download.cpp
Task<Response> get_content(const Call& call);

// files.cpp: by path
Task<Response> get_file(const Call& call);
Task<Response> put_file(const Call& call);
Task<Response> delete_file(const Call& call);

// trash.cpp
Task<Response> list_trash(const Call& call);
Task<Response> restore_node(const Call& call);
Task<Response> purge_node(const Call& call);
Task<Response> empty_trash(const Call& call);

// jobs.cpp
Task<Response> get_job(const Call& call);
Task<Response> cancel_job(const Call& call);

// documents.cpp
Task<Response> get_contract(const Call& call);
Task<Response> get_documentation(const Call& call);
Task<Response> get_problem_page(const Call& call);

}  // namespace cairn::api
