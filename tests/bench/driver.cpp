#include "tests/bench/driver.h"

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "tests/bench/process.h"

namespace bench {
namespace {

// What one peer answered, a value a round, by name.
using Answers = std::map<std::string, std::vector<double>>;

double lowest(const std::vector<double>& x) {
  return *std::min_element(x.begin(), x.end());
}
double highest(const std::vector<double>& x) {
  return *std::max_element(x.begin(), x.end());
}
double percent(double part, double whole) { return 100 * part / whole; }
constexpr double MiB = 1 << 20;

// The value of each `case<TAB>metric` of a former output.
std::map<std::string, double> read_saved(const std::string& path) {
  std::map<std::string, double> values;
  if (path.empty()) return values;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  for (std::string name, metric, value, unit;
       std::getline(file, name, '\t') && std::getline(file, metric, '\t') &&
       std::getline(file, value, '\t') && std::getline(file, unit);)
    values[name + '\t' + metric] = std::stod(value);
  return values;
}

class Driver {
 public:
  Driver(const Cases& cases, const Plan& plan)
      : plan_(plan), saved_(read_saved(plan.saved)) {
    bool any = false;
    for (const Case& c : cases) {
      const bool wanted = c.name.find(plan.only) != std::string::npos;
      any = any || wanted;
      // Shares of the peak need the peaks.
      if (wanted || c.name.starts_with("peak_")) chosen_.push_back(c);
    }
    if (!any)
      throw std::runtime_error("no case has \"" + plan.only + "\" in its name");
  }

  void run(int threads) {
    threads_ = threads;
    logarithms_.clear();
    std::map<std::string, std::vector<Answers>> answers;
    for (int pass = 1; pass <= plan_.passes; ++pass)
      for (const Case& c : chosen_) {
        auto& mine = answers[c.name];
        mine.resize(plan_.peers.size());
        measure(c, mine);
        if (pass < plan_.passes) continue;
        print(c, mine[0]);
        for (std::size_t i = 1; i < mine.size(); ++i)
          if (!mine[i].empty())
            compare(c, plan_.peers[i].name, mine[0], mine[i]);
      }
    for (const auto& [what, values] : logarithms_) {
      double sum = 0;
      for (double x : values) sum += x;
      line("all", what + "_geometric_mean",
           std::exp(sum / static_cast<double>(values.size())), "x");
    }
  }

 private:
  // One pass over a case, in fresh processes. All have started and set the case
  // up before the first is measured.
  void measure(const Case& c, std::vector<Answers>& answers) const {
    std::vector<std::unique_ptr<Process>> processes;
    for (const Peer& peer : plan_.peers) {
      std::string command = peer.command;
      const std::string hole = "{threads}";
      for (std::size_t at; (at = command.find(hole)) != std::string::npos;)
        command.replace(at, hole.size(), std::to_string(threads_));
      processes.push_back(std::make_unique<Process>(command));
      if (processes.back()->ask(c.name + " 0").empty())
        processes.back().reset();  // it has no such case
    }
    std::ostringstream question;
    question << c.name << ' ' << plan_.seconds;
    for (int round = 0; round < plan_.rounds; ++round)
      for (std::size_t i = 0; i < processes.size(); ++i) {
        if (!processes[i]) continue;
        // Threads of a peer that wait for work in a loop go to sleep.
        if (processes.size() > 1) usleep(50'000);
        // Threads that wake together may share a core until the system parts
        // them, some hundredths of a second later: these are not counted.
        if (threads_ > 1) processes[i]->ask(c.name + " 0.1");
        std::istringstream answer(processes[i]->ask(question.str()));
        double value;
        for (std::string name; answer >> name >> value;)
          answers[i][name].push_back(value);
      }
  }

  void print(const Case& c, const Answers& answers) {
    const auto& times = answers.at("median");
    const double time = median(times);
    const double least = lowest(answers.at("minimum"));
    line(c.name, "time_median", time * 1e6, "us");
    line(c.name, "time_minimum", least * 1e6, "us");
    line(c.name, "time_spread", percent(highest(times) - lowest(times), time),
         "%");
    if (c.ops > 0) line(c.name, "op_median", time / c.ops * 1e9, "ns");
    if (c.name == "peak_flops") peak_flops_ = c.flops / least;
    if (c.name == "peak_bandwidth") peak_bandwidth_ = c.bytes / least;
    if (c.name == "peak_read") peak_read_ = c.reads / least;
    if (c.flops > 0) {
      line(c.name, "flops_median", c.flops / time * 1e-9, "GFLOP/s");
      line(c.name, "peak_share", percent(c.flops / time, peak_flops_), "%");
    }
    if (c.bytes > 0) {
      line(c.name, "bandwidth_median", c.bytes / time * 1e-9, "GB/s");
      line(c.name, "bandwidth_share", percent(c.bytes / time, peak_bandwidth_),
           "%");
    }
    if (c.reads > 0) {
      line(c.name, "read_median", c.reads / time * 1e-9, "GB/s");
      line(c.name, "read_share", percent(c.reads / time, peak_read_), "%");
    }
    if (c.in_turn)
      line(c.name, "limit_share",
           percent(c.flops / peak_flops_ + c.bytes / peak_bandwidth_, time),
           "%");
    line(c.name, "memory_peak", highest(answers.at("peak")) / MiB, "MiB");
    line(c.name, "memory_held", highest(answers.at("held")) / MiB, "MiB");
    line(c.name, "system_calls", highest(answers.at("calls")), "calls");
    const auto saved = saved_.find(labelled(c.name) + "\ttime_median");
    if (saved != saved_.end())
      ratio(c.name, "saved_ratio", saved->second / (time * 1e6));
    if (c.goal.seconds > 0) {
      line(c.name, "time_goal", c.goal.seconds * 1e6, "us");
      line(c.name, "time_goal_met", time <= c.goal.seconds, "1 is yes");
    }
  }

  // The peer's time over ours.
  void compare(const Case& c, const std::string& peer, const Answers& ours,
               const Answers& theirs) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < theirs.at("median").size(); ++i)
      ratios.push_back(theirs.at("median")[i] / ours.at("median")[i]);
    line(c.name, peer + "_median", median(theirs.at("median")) * 1e6, "us");
    ratio(c.name, peer + "_ratio", median(ratios));
    line(c.name, peer + "_ratio_lowest", lowest(ratios), "x");
    line(c.name, peer + "_ratio_highest", highest(ratios), "x");
    const double least = threads_ == 1 ? c.goal.one : c.goal.all;
    if (least > 0) {
      line(c.name, peer + "_goal", least, "x");
      line(c.name, peer + "_goal_met", median(ratios) >= least, "1 is yes");
    }
    line(c.name, peer + "_memory_peak", highest(theirs.at("peak")) / MiB,
         "MiB");
    line(c.name, peer + "_memory_share",
         percent(highest(ours.at("peak")), highest(theirs.at("peak"))), "%");
  }

  // A line that has a part in the geometric mean.
  void ratio(const std::string& name, const std::string& what, double value) {
    line(name, what, value, "x");
    logarithms_[what].push_back(std::log(value));
  }

  std::string labelled(const std::string& name) const {
    return name + "/t" + std::to_string(threads_);
  }

  void line(const std::string& name, const std::string& metric, double value,
            const char* unit) const {
    std::cout << labelled(name) << '\t' << metric << '\t' << value << '\t'
              << unit << std::endl;
  }

  const Plan& plan_;
  std::map<std::string, double> saved_;
  Cases chosen_;
  int threads_ = 1;
  std::map<std::string, std::vector<double>> logarithms_;  // of ratios
  double peak_flops_ = 0, peak_bandwidth_ = 0, peak_read_ = 0;
};

}  // namespace

void measure(const Cases& cases, const Plan& plan) {
  Driver driver(cases, plan);
  for (int threads : plan.threads) driver.run(threads);
}

}  // namespace bench
