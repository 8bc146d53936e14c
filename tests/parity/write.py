"""Write the recorded values: `python tests/parity/write.py [CASE…]`, with PyTorch and safetensors. All cases if none is named.

The cases stand in `cases/`, a file for each file of the prelude and one of whole programs. A new file there is found by itself.
"""
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import refs  # noqa: E402

for path in sorted((HERE / "cases").glob("*.py")):
    importlib.import_module(f"cases.{path.stem}")
print(refs.write(HERE, sys.argv[1:]), "cases")
