"""Checks an exported log, and proofs that a daemon serves, with libraries that are not ours.

verify.py FOLDER VERIFIER_KEY < PROOFS, where PROOFS is {"inclusion": [...], "consistency": [...]} in the
JSON of the API. tlog-scales reads the folder as C2SP has it; pymerkle makes the tree of the entries anew and
knows nothing of logs.
"""
import base64
import json
import sys

from pymerkle import InmemoryTree
from tlog_scales import backend, tiles
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import ConsistencyProof, InclusionProof

folder, key = sys.argv[1:3]
proofs = json.load(sys.stdin)
reader = TilesReader(backend.make_backend(folder))
checkpoint = reader.get_checkpoint()
checkpoint.verify(Vkey.from_string(key))
size = checkpoint.size
assert reader.calculate_root_hash() == checkpoint.root_hash, "the tiles are of another tree"

tree = InmemoryTree(algorithm="sha256")
for index in range(size):
    entry = reader.get_entry(index)
    reader.get_inclusion_proof(index, size).check(tiles.leaf_hash(entry), checkpoint.root_hash)
    tree.append_entry(entry)
assert tree.get_size() == size
assert tree.get_root() == checkpoint.root_hash, "the entries are of another tree"


def hashes(proof):
    return [base64.b64decode(text) for text in proof["hashes"]]


for proof in proofs["inclusion"]:
    index, of = proof["index"], proof["treeSize"]
    leaf, root = base64.b64decode(proof["leafHash"]), base64.b64decode(proof["rootHash"])
    InclusionProof(index, of, hashes(proof)).check(leaf, root)
    assert (leaf, root) == (tree.get_leaf(index + 1), tree.get_root(of))
    # The first hash of theirs is the leaf.
    assert tree.prove_inclusion(index + 1, of).path[1:] == hashes(proof)
for proof in proofs["consistency"]:
    old, new = proof["oldSize"], proof["newSize"]
    ConsistencyProof(old, new, hashes(proof)).check(tree.get_root(old), tree.get_root(new))
    theirs = reader.get_consistency_proof(old, new).node_hashes
    assert theirs == hashes(proof), "it is another path than the one in the tiles"
print(size)
