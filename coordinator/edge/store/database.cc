// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/database.h"

namespace continuo::coordinator {

std::string Database::Open(const std::string& path) {
  if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) return Error();
  sqlite3_busy_timeout(handle_, 1000);
  return "";
}

std::string Database::OpenToRead(const std::string& path) {
  if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
    return Error();
  }
  sqlite3_busy_timeout(handle_, 1000);
  return "";
}

void Database::Close() {
  sqlite3_close(handle_);
  handle_ = nullptr;
}

std::string Database::Run(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK ? "" : Error();
}

std::string Database::Error() const {
  return handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
}

Statement::Statement(Database& database, const char* sql) {
  result_ = sqlite3_prepare_v2(database.handle(), sql, -1, &handle_, nullptr);
}

void Statement::Bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(handle_, parameter, value);
}

void Statement::Bind(int parameter, std::string_view blob) {
  sqlite3_bind_blob64(handle_, parameter, blob.data(), blob.size(), SQLITE_STATIC);
}

bool Statement::Step() {
  if (handle_ == nullptr) return false;  // result_ tells why it could not be prepared
  result_ = sqlite3_step(handle_);
  return result_ == SQLITE_ROW;
}

void Statement::Reset() {
  sqlite3_reset(handle_);
}

std::string_view Statement::Blob(int column) const {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return {bytes, bytes == nullptr ? 0 : size};
}

}  // namespace continuo::coordinator
