"""As few tables as the same work can do with."""

from django.conf import settings
from django.db import models


class Round(models.Model):
    name = models.CharField(max_length=100)
    text = models.TextField()
    closes_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    round = models.ForeignKey(Round, models.CASCADE)
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name


class Application(models.Model):
    round = models.ForeignKey(Round, models.CASCADE)
    founder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    title = models.CharField(max_length=200)
    one_line = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default="submitted")
    answers = models.JSONField(default=dict)
    submitted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["round", "-submitted_at"], name="latest_of_a_round")]

    def __str__(self) -> str:
        return self.title


class Review(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    total = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "reviewer"], name="one_review")]

    def __str__(self) -> str:
        return str(self.total)


class Score(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    category = models.ForeignKey(Category, models.CASCADE)
    value = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "category"], name="one_score")]

    def __str__(self) -> str:
        return str(self.value)


class Log(models.Model):
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    what = models.CharField(max_length=60)
    target = models.BigIntegerField()

    def __str__(self) -> str:
        return self.what


class Mail(models.Model):
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()

    def __str__(self) -> str:
        return self.subject
