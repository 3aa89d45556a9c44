from django.test import TestCase


class HostileRequestsTests(TestCase):
    def test_nul_in_the_path(self):
        self.assertEqual(self.client.get("/blog/%00/").status_code, 400)

    def test_nul_in_the_query(self):
        self.assertEqual(self.client.get("/?page=%00").status_code, 400)

    def test_nul_in_a_cookie(self):
        response = self.client.get("/admin/", headers={"cookie": 'sessionid="\\000"'})
        self.assertEqual(response.status_code, 400)

    def test_the_answer_is_in_the_language_of_the_page(self):
        self.assertContains(self.client.get("/blog/%00/"), 'lang="fr"', status_code=400)
        self.assertContains(self.client.get("/en/blog/%00/"), 'lang="en"', status_code=400)

    def test_a_body_that_is_too_large_is_refused_unread(self):
        response = self.client.post("/", headers={"content-length": str(33 * 1024 * 1024)})
        self.assertEqual(response.status_code, 413)
