#include "factors/04_backing_services/parts/postgres_error.h"

namespace twelve {

ErrorCode CodeOfSqlState(std::string_view state) {
  constexpr struct {
    std::string_view prefix;  // the first that fits counts
    ErrorCode code;
  } kCodes[] = {
      {"08", ErrorCode::kClosed},      // connection exception
      {"57P", ErrorCode::kClosed},     // shut down, crashed, starting up
      {"57014", ErrorCode::kTimeout},  // statement_timeout
      {"25P03", ErrorCode::kClosed},   // idle_in_transaction_session_timeout
      {"25P02", ErrorCode::kInvalid},  // an earlier statement of the transaction failed
      {"55P03", ErrorCode::kBusy},     // lock not available
      {"40", ErrorCode::kBusy},        // serialization failure, deadlock: try again
      {"53300", ErrorCode::kBusy},     // too many connections
      {"28", ErrorCode::kDenied},      // authorization
      {"42501", ErrorCode::kDenied},   // privilege
      {"22", ErrorCode::kInvalid},     // data
      {"23", ErrorCode::kInvalid},     // constraint
      {"42", ErrorCode::kInvalid},     // syntax, names, types
      {"0A", ErrorCode::kInvalid},     // not supported
      {"3", ErrorCode::kInvalid},      // no such database, schema, cursor
  };
  for (const auto& row : kCodes) {
    if (state.starts_with(row.prefix)) return row.code;
  }
  return ErrorCode::kSystem;
}

ErrorCode CodeOfConnectFailure(std::string_view said) {
  const auto says = [said](std::string_view words) { return said.find(words) != said.npos; };
  if (says("too many clients") || says("remaining connection slots")) return ErrorCode::kBusy;
  if (says("authentication failed") || says("pg_hba.conf") || says("no password supplied") ||
      says("role \"") || says("permission denied")) {
    return ErrorCode::kDenied;
  }
  return ErrorCode::kClosed;
}

std::string FirstLineOf(std::string_view message) {
  return std::string(message.substr(0, message.find('\n')));
}

}  // namespace twelve
