"""The provider's public pages."""

from django.urls import path

from tenant_apps.website import pages, pictures, views

urlpatterns = [
    path("", pages.home, name="home"),
    path("courses/", views.courses, name="courses"),
    path("dates/", views.dates, name="dates"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("courses/<slug:slug>/book/", views.course_book, name="course_book"),
    path("courses/<slug:slug>/art.svg", pictures.course_art, name="course_art"),
    path("courses/<slug:slug>/social.png", pictures.course_social, name="course_social"),
    path("trainers/", views.trainers, name="trainers"),
    path("trainers/<slug:slug>/", views.trainer, name="trainer"),
    path("about/", pages.about, name="about"),
    path("terms/", pages.terms, name="terms"),
    path("terms/<int:number>/", pages.version, {"kind": "booking"}, name="terms_version"),
    path("terms/consent/<int:number>/", pages.version, {"kind": "consent"}, name="consent_version"),
    path("privacy/", pages.privacy, name="privacy"),
    path("hero.svg", pictures.hero, name="hero"),
    path("social.png", pictures.social, name="social"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]
