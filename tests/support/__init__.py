"""What tests share: private servers, a fresh database and vhost per test, a service in this process."""
