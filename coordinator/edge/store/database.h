// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace continuo::coordinator {

/// An SQLite connection. Every call returns an empty text, or what SQLite says.
class Database {
 public:
  Database() = default;
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  std::string Open(const std::string& path);
  /// Of a file that is there, and is not changed.
  std::string OpenToRead(const std::string& path);
  void Close();
  std::string Run(const char* sql);
  std::string Error() const;
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Columns and parameters count from 0 and 1, as in SQLite.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement() { sqlite3_finalize(handle_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void Bind(int parameter, std::int64_t value);
  void Bind(int parameter, std::string_view blob);  ///< the blob must outlive the next Step
  /// True if there is a row.
  bool Step();
  /// The last Step worked (gave a row, or came to the end).
  bool ok() const { return result_ == SQLITE_ROW || result_ == SQLITE_DONE; }
  void Reset();
  std::int64_t Int(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string_view Blob(int column) const;  ///< valid until the next Step

 private:
  sqlite3_stmt* handle_ = nullptr;
  int result_ = SQLITE_OK;
};

}  // namespace continuo::coordinator
