-- Run once by the image of PostgreSQL: the service owns its database and is no superuser, who signs in by the container's socket alone.
\set password `printf %s "$POSTGRES_PASSWORD"`
CREATE ROLE jinsheng LOGIN PASSWORD :'password';
CREATE DATABASE jinsheng OWNER jinsheng;
ALTER ROLE postgres PASSWORD NULL;
