// Who runs a command, for the audit.
#ifndef GROUPRING_BACKEND_PROGRAM_OPERATOR_NAME_H_
#define GROUPRING_BACKEND_PROGRAM_OPERATOR_NAME_H_

#include <string>

namespace groupring::backend {

// "ana@ns1": the user, behind sudo the one who called it, and the host.
std::string OperatorName();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_OPERATOR_NAME_H_
