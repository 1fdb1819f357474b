#!/usr/bin/env bash
# One instance in the foreground: web server and worker together, until Ctrl-C or the end of the web server.
# `make run` calls it. Settings come from the environment; PORT (8000) is where it listens, on this machine alone.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-8000}
bin=${BOUTURE_BIN:-.venv/bin}
export BOUTURE_HOME=${BOUTURE_HOME:-$PWD/var}
export BOUTURE_URL=${BOUTURE_URL:-http://127.0.0.1:$port}
export PYTHONUNBUFFERED=1
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2} # else each thread keeps memory of its own

say() { printf '%s\n' "$*" >&2; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

case $port in *[!0-9]* | "") say "PORT vaut « $port » : écrivez un numéro de port, par exemple PORT=8001."; exit 2 ;; esac
if listens; then
    say "Le port $port est déjà pris sur cette machine. Choisissez-en un autre : make run PORT=$((port + 1))"
    exit 1
fi

# A portal without a territory shows the invented one, and says so on each page (docs/demonstration.md).
demo=0
if [ -z "${BOUTURE_TERRITORY:-}" ] && [ -z "${BOUTURE_DEMO:-}" ]; then
    demo=1
    export BOUTURE_DEMO=1 BOUTURE_TERRITORY=99001
fi

if [ -z "${BOUTURE_SECRET_KEY:-}${BOUTURE_SECRET_KEY_FILE:-}" ] && [ ! -s "$BOUTURE_HOME/secret.key" ]; then
    mkdir -p "$BOUTURE_HOME"
    (umask 077 && "$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))' >"$BOUTURE_HOME/secret.key")
    say "Clé secrète créée : $BOUTURE_HOME/secret.key"
fi

state=$("$bin/python" manage.py prepare)

stop() {
    trap - INT TERM
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

"$bin/python" manage.py serve --bind "127.0.0.1:$port" &
pid=$!

for _ in $(seq 300); do
    listens && break
    kill -0 "$pid" 2>/dev/null || { say "Le portail n'a pas démarré : la raison est écrite ci-dessus."; exit 1; }
    sleep 0.2
done
say "Le portail répond sur $BOUTURE_URL (Ctrl-C pour l'arrêter)."

if [ "$state" = vide ] && [ "$demo" = 1 ]; then
    say "La base est vide : moisson de la démonstration…"
    "$bin/python" manage.py demo || say "La démonstration n'a pas pu être moissonnée ; le portail reste ouvert. Arrêtez-le et relancez make run pour réessayer."
fi

status=0
wait "$pid" || status=$?
say "Le portail s'est arrêté (état $status)."
exit 1
