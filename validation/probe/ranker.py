"""Runs rankers of given shapes in PyTorch on processors and prints what they take, as JSON.

Standard input: {"threads": 1, "rounds": 9, "shapes": [{"id", "batch", "tables": [{"count", "rows", "dim", "pooling"}],
"bottom": [widths], "top": [widths]}]}. Times are processor time of the calling thread, or of all threads dealt evenly
where there are several, so that neighbours on a shared machine do not count. Rounds go over all shapes in turn; the
first of each only warms.
"""

import json
import statistics
import sys
import time

import torch

SETS = 4  # index sets of a shape, so that one round does not leave its rows in cache for the next


def mlp(widths):
    layers = []
    for depth, columns in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(depth, columns), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers)


class Ranker:
    def __init__(self, shape):
        self.batch = shape["batch"]
        self.tables, self.indices = [], []
        for group in shape["tables"]:
            rows, dim, bag = int(group["rows"]), group["dim"], int(group["pooling"])
            for _ in range(group["count"]):
                self.tables.append(torch.nn.EmbeddingBag(rows, dim, mode="sum"))
                self.indices.append([torch.randint(0, rows, (self.batch, bag)) for _ in range(SETS)])
        self.bottom, self.top = mlp(shape["bottom"]), mlp(shape["top"])
        self.dense = torch.randn(self.batch, shape["bottom"][0])
        self.turn = 0

    def run(self):
        turn, self.turn = self.turn % SETS, self.turn + 1
        sums = [table(indices[turn]) for table, indices in zip(self.tables, self.indices)]
        return self.top(torch.cat([self.bottom(self.dense), *sums], dim=1))


def clock(threads):
    return time.thread_time if threads == 1 else lambda: time.process_time() / threads


def seconds(work, now, repeats):
    began = now()
    for _ in range(repeats):
        work()
    return (now() - began) / repeats


def costs(now):
    """What the framework spends on an operator that has next to nothing to do."""
    table, one = torch.nn.EmbeddingBag(8, 16, mode="sum"), torch.zeros(1, 1, dtype=torch.long)
    layer, act, small = torch.nn.Linear(16, 16), torch.nn.ReLU(), torch.zeros(1, 16)
    works = {"lookup_s": lambda: table(one), "layer_s": lambda: layer(small), "elementwise_s": lambda: act(small)}
    return {
        name: statistics.median(seconds(work, now, 500) for _ in range(9)) for name, work in works.items()
    }


def product(now):
    """Rate of one product that is none of the shapes' own: the framework's kernels beside those of the probe."""
    layer, left = torch.nn.Linear(768, 768), torch.randn(384, 768)
    took = statistics.median(seconds(lambda: layer(left), now, 20) for _ in range(9))
    return 2 * 384 * 768 * 768 / took


def main():
    asked = json.load(sys.stdin)
    threads = asked["threads"]
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.manual_seed(1)
    now = clock(threads)
    rankers = [Ranker(shape) for shape in asked["shapes"]]
    times = [[] for _ in rankers]
    for turn in range(asked["rounds"] + 1):
        for ranker, taken in zip(rankers, times):
            once = seconds(ranker.run, now, 1)
            repeats = max(1, min(50, int(0.05 / max(once, 1e-6))))
            took = seconds(ranker.run, now, repeats)
            if turn > 0:
                taken.append(took)
    json.dump(
        {
            "torch": torch.__version__,
            "costs": costs(now),
            "product_flop_per_s": product(now),
            "shapes": [
                {
                    "id": shape["id"],
                    "median_s": statistics.median(taken),
                    "low_s": min(taken),
                    "high_s": max(taken),
                }
                for shape, taken in zip(asked["shapes"], times)
            ],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
