# Writes auth.db and keys.db into a folder as the original gafferd did; what is to be in them is JSON on stdin:
# {"keys": [[key, data, parent]...], "users": [[name, password, type, key, extra]...]}, data and extra as text or as what is dumped.
import hashlib
import json
import os
import sqlite3
import sys
import uuid


def hash_password(password):
    salt = uuid.uuid4().hex
    hashed = hashlib.pbkdf2_hmac("sha1", password.encode("utf-8"), salt.encode("utf-8"), 1000, 24).hex()
    return "PBKDF2-256$%s:%s$%s" % (salt, 1000, hashed)


def text(value):
    return value if value is None or isinstance(value, str) else json.dumps(value)


folder, accounts = sys.argv[1], json.load(sys.stdin)
if "keys" in accounts:
    with sqlite3.connect(os.path.join(folder, "keys.db")) as db:
        db.execute("CREATE TABLE if not exists keys (key text primary key, data text, parent text)")
        for key, data, parent in accounts["keys"]:
            db.execute("INSERT INTO keys VALUES (?, ?, ?)", [key, text(data), parent])
if "users" in accounts:
    with sqlite3.connect(os.path.join(folder, "auth.db")) as db:
        db.execute("CREATE TABLE if not exists auth (user text primary key, pwd text, user_type int, key text, extra text)")
        for name, password, user_type, key, extra in accounts["users"]:
            hashed = password if password is None or "$" in password else hash_password(password)
            db.execute("INSERT INTO auth VALUES (?, ?, ?, ?, ?)", [name, hashed, user_type, key, text(extra)])
