"""What intake touches outside the database: RabbitMQ as connectors see it."""
