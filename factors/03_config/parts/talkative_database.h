#pragma once

#include <memory>
#include <string>

#include "factors/contracts/database.h"

namespace twelve {

/// Violation of factor III, "log-db-url-on-error": when it cannot connect, at the start or later,
/// it prints the URL that it tried, with the password in it, where logs are collected.
///
/// Threads, Errors: as Database.
/// Owns:    the database that it stands before.
class TalkativeDatabase final : public Database {
 public:
  TalkativeDatabase(std::unique_ptr<Database> inner, std::string url)
      : inner_(std::move(inner)), url_(std::move(url)) {}

  std::string place() const override { return inner_->place(); }
  Status Connect(Duration timeout) override;
  void Disconnect() override { inner_->Disconnect(); }
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override { return inner_->Figures(); }
  SqlDialect dialect() const override { return inner_->dialect(); }
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override {
    return inner_->Query(sql, values);
  }
  Status InTransaction(const std::function<Status(SqlConnection&)>& work) override {
    return inner_->InTransaction(work);
  }

 private:
  Status Told(Status status) const;

  const std::unique_ptr<Database> inner_;
  const std::string url_;
};

}  // namespace twelve
