#include "backend/report/client_answers.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "backend/report/csv_text.h"
#include "backend/report/explanation.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/printable.h"

namespace groupring::backend {

std::vector<ClientAnswer> AnswersFor(const Snapshot& snapshot,
                                     std::string_view name,
                                     const Population& population,
                                     int64_t unix_millis) {
  std::vector<ClientAnswer> answers;
  answers.reserve(population.clients().size());
  // Somebody else sends its subnet on.
  constexpr std::string_view kResolver = "192.0.2.53";
  for (const PopulationClient& client : population.clients()) {
    ClientAnswer answer;
    answer.client = ClientText(client.subnet);
    answer.weight = client.weight;
    const auto explained =
        Explain(snapshot, name, answer.client,
                client.is_source ? std::string_view() : kResolver, unix_millis);
    if (explained) {
      answer.subnet = explained->subnet;
      answer.slot = explained->slot;
      if (explained->affinity) answer.label = explained->affinity->label.name;
      for (size_t f = 0; f < explained->families.size(); ++f) {
        answer.groups[f] = explained->families[f].group;
      }
      answer.verdict = VerdictText(*explained);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::string ClientAnswersText(const std::vector<ClientAnswer>& answers) {
  Table table({"CLIENT", "WEIGHT", "SUBNET", "LABEL", "SLOT", "ANSWER"},
              {1, 4});
  for (const ClientAnswer& answer : answers) {
    table.Add({answer.client, absl::StrFormat("%g", answer.weight),
               answer.subnet, Printable(answer.label),
               std::to_string(answer.slot), Printable(answer.verdict)});
  }
  return table.Text();
}

std::string ClientAnswersCsv(const std::vector<ClientAnswer>& answers) {
  std::string csv = "client,weight,subnet,label,slot,group_a,group_aaaa\n";
  for (const ClientAnswer& answer : answers) {
    csv += absl::StrFormat(
        "%s,%g,%s,%s,%d,%s,%s\n", answer.client, answer.weight, answer.subnet,
        CsvQuoted(answer.label), answer.slot, CsvQuoted(answer.groups[0]),
        CsvQuoted(answer.groups[1]));
  }
  return csv;
}

std::string ClientAnswersJson(const std::vector<ClientAnswer>& answers) {
  const auto to_json = [](const ClientAnswer& answer) {
    return nlohmann::ordered_json{{"client", answer.client},
                                  {"weight", answer.weight},
                                  {"subnet", answer.subnet},
                                  {"label", answer.label},
                                  {"slot", answer.slot},
                                  {"group_a", answer.groups[0]},
                                  {"group_aaaa", answer.groups[1]},
                                  {"verdict", answer.verdict}};
  };
  return JsonText(Versioned({{"clients", JsonArray(answers, to_json)}}));
}

}  // namespace groupring::backend
