#!/usr/bin/env python3
"""PyTorch answers for the cases of `make bench-peers`, as well as it can.

torch_peer.py --threads 2, and then lines as tests/bench/serve.h says. Works
with PyTorch 1.13 and later.

Unless the environment says otherwise it starts itself anew with
  ATEN_CPU_CAPABILITY=avx512       where the processor has it
  GLIBC_TUNABLES=...               memory is kept, in huge pages
  OMP_NUM_THREADS, OPENBLAS_NUM_THREADS   as many as --threads

PEER_TORCH_LIBRARIES=FOLDER puts a folder before all others that libraries are
taken from. Debian's PyTorch runs its own threads by OpenMP and its matrix
products by OpenBLAS; where OpenBLAS has another pool of threads (Debian's
libopenblas0-pthread) the two fight for the cores. Give it an OpenBLAS built on
OpenMP: unpack Debian's libopenblas0-openmp anywhere (`apt-get download`,
`dpkg -x`) and name its folder usr/lib/*/openblas-openmp.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import time


def best_environment(threads):
    """Starts this program anew where the environment can be better."""
    if "PEER_TORCH_STARTED" in os.environ:
        return
    wanted = {
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"
                          ":glibc.malloc.mmap_threshold=4294967296"
                          ":glibc.malloc.trim_threshold=4294967296",
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "PEER_TORCH_STARTED": "1",
    }
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            if "avx512dq" in file.read():
                wanted["ATEN_CPU_CAPABILITY"] = "avx512"
    except OSError:
        pass
    for name, value in wanted.items():
        os.environ.setdefault(name, value)
    folders = (os.environ.get("PEER_TORCH_LIBRARIES"),
               os.environ.get("LD_LIBRARY_PATH"))
    os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, folders))
    os.execv(sys.executable, [sys.executable] + sys.argv)


# The parts of a name, and which function of torch_cases takes them.
CASES = {
    r"(exp|tanh|sigmoid|gelu)_(\w+iB)": "elementwise",
    r"dropout_(\d+)x(\d+)": "dropout",
    r"softmax_fwd_(\d+)x(\d+)": "softmax_forward",
    r"softmax_bwd_(\d+)x(\d+)": "softmax_backward",
    r"cross_entropy_(\d+)x(\d+)": "cross_entropy",
    r"layernorm_(\d+)x(\d+)": "layer_norm",
    r"attention_(full|causal)_(\d+)": "attention",
    r"attention_decode_(\d+)": "attention_decode",
    r"adam_10M": "adam",
    r"conv_train_28": "conv_train",
    r"(RNN|GRU|LSTM)_fwdbwd_b32_T(\d+)_H(\d+)": "recurrent",
    r"bahdanau_train_(\w+)": "bahdanau",
    r"transformer_train_(\w+)": "transformer_train",
    r"gpt_train_(\w+)": "gpt_train",
    r"gpt_decode_(\w+)": "gpt_decode",
    r"overhead_chain_(\d+)": "multiply_add_chain",
    r"overhead_chain_tanh_16": "tanh_chain",
    r"overhead_chain_matmul_1x16": "matmul_chain",
    r"tom_steps": "tom_steps",
}


def find(name, threads):
    """What sets the case up; None where there is no such case. PyTorch is
    loaded when it is first needed."""
    if name == "tom_tiny":
        command = [sys.executable, __file__, "--once", "tom_steps",
                   "--threads", str(threads)]
        return lambda: lambda: subprocess.run(command, check=True)
    for pattern, function in CASES.items():
        match = re.fullmatch(pattern, name)
        if match:
            sys.dont_write_bytecode = True
            import torch_cases
            torch_cases.torch.set_num_threads(threads)
            return lambda: getattr(torch_cases, function)(*match.groups())
    return None


# ---- Answering, as tests/bench/serve.h does.

def sample(run, seconds):
    def time_calls():
        start = time.perf_counter()
        for _ in range(calls):
            run()
        return time.perf_counter() - start

    calls = 1
    while time_calls() < 20e-6:
        calls *= 2
    samples, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 3:
        samples.append(time_calls() / calls)
    return sorted(samples)


def peak_memory(who):
    return resource.getrusage(who).ru_maxrss * 1024


def forget_peak_memory():
    """Only Linux can."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def serve(threads):
    now_set_up, run, before = None, None, 0
    for line in sys.stdin:
        name, seconds = line.split()
        if name != now_set_up:
            now_set_up, run, set_up = name, None, find(name, threads)
            forget_peak_memory()
            before = peak_memory(resource.RUSAGE_SELF)
            if set_up:
                run = set_up()
                run()
        if run:
            samples = sample(run, float(seconds))
            peak = (peak_memory(resource.RUSAGE_CHILDREN) or
                    peak_memory(resource.RUSAGE_SELF) - before)
            print(f"median {samples[len(samples) // 2]} minimum {samples[0]}"
                  f" peak {peak}", end="")
        print(flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--once", help="run this one case once")
    options = parser.parse_args()
    best_environment(options.threads)
    if options.once:
        find(options.once, options.threads)()()
    else:
        serve(options.threads)


if __name__ == "__main__":
    main()
