#!/bin/sh
# aws-cdk-lib 2.257.0 for Python: where PYTHONDONTWRITEBYTECODE is set, as many container images have it, every `cdk synth` compiles all
# of the package: `import aws_cdk` takes some 25 s of CPU, each time. With bytecode, a quarter of that from the second time on.
# The package's first module is a few megabytes of generated Python, and it imports others of the same kind; nothing says so.
# Expected before the first run: a second or two more.
# Fails if the import without bytecode takes less than twice the CPU of the one with it. Installs 460 MB.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'aws-cdk-lib==2.257.0' 'jsii==1.142.0'
cat > import.py <<'PYTHON'
import time
start = time.process_time()
import aws_cdk
print(round(time.process_time() - start, 1))
PYTHON
PYTHONDONTWRITEBYTECODE=1 venv/bin/python import.py > /dev/null
without=$(PYTHONDONTWRITEBYTECODE=1 venv/bin/python import.py)
env -u PYTHONDONTWRITEBYTECODE venv/bin/python import.py > /dev/null
with=$(env -u PYTHONDONTWRITEBYTECODE venv/bin/python import.py)
echo "CPU seconds of the second import: $without without bytecode, $with with it"
venv/bin/python -c "exit(0 if $without > 2 * $with else 1)" || { echo 'It has become cheaper.'; exit 1; }
