// Takes in the articles of a folder, through WordPress's own functions; VERSUS_FOLDER names it. Run below wp-load.php.

require_once ABSPATH . 'wp-admin/includes/image.php';
$folder = getenv('VERSUS_FOLDER');
update_option('blogname', 'La Marge');
// What an installation begins with, and nobody would leave there.
wp_delete_post(1, true);
wp_delete_comment(1, true);

$pictures = [];
$picture = function (string $name) use (&$pictures, $folder): int {
    if (!isset($pictures[$name])) {
        $made = wp_upload_bits(basename($name), null, file_get_contents("$folder/$name"));
        $id = wp_insert_attachment(
            ['post_mime_type' => wp_check_filetype($made['file'])['type'], 'post_title' => basename($name), 'post_status' => 'inherit'],
            $made['file'],
        );
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $made['file']));
        $pictures[$name] = $id;
    }
    return $pictures[$name];
};

$people = [];
$person = function (array $author) use (&$people): int {
    $people[$author['slug']] ??= wp_insert_user([
        'user_login' => $author['slug'],
        'user_nicename' => $author['slug'],
        'display_name' => $author['name'],
        'user_email' => $author['slug'] . '@la-marge.example',
        'user_pass' => wp_generate_password(),
        'role' => 'author',
    ]);
    return $people[$author['slug']];
};

$term = function (array $each, string $taxonomy): int {
    $found = get_term_by('slug', $each['slug'], $taxonomy);
    return $found ? $found->term_id : wp_insert_term($each['name'], $taxonomy, ['slug' => $each['slug']])['term_id'];
};

$taken = 0;
foreach (json_decode(file_get_contents("$folder/articles.json"), true) as $article) {
    // A picture of the library is named by its class: that is how it gets its other widths when it is shown.
    $content = preg_replace_callback(
        '~<img src="(pictures/[^"]+)"~',
        function (array $found) use ($picture): string {
            $id = $picture($found[1]);
            return sprintf('<img class="wp-image-%d size-full" src="%s"', $id, esc_url(wp_get_attachment_url($id)));
        },
        $article['html'],
    );
    $at = (new DateTime($article['published_at']))->setTimezone(wp_timezone())->format('Y-m-d H:i:s');
    $id = wp_insert_post(wp_slash([
        'post_title' => $article['title'],
        'post_name' => $article['slug'],
        'post_excerpt' => $article['standfirst'],
        'post_content' => $content,
        'post_status' => 'publish',
        'post_date' => $at,
        'post_author' => $person($article['authors'][0]),
        'post_category' => array_map(fn($each) => $term($each, 'category'), $article['categories']),
        'tags_input' => array_column($article['tags'], 'name'),
        'comment_status' => 'open',
    ]), true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $article['slug'] . ': ' . $id->get_error_message() . "\n");
        exit(1);
    }
    if ($article['cover']) {
        $cover = $picture($article['cover']);
        update_post_meta($cover, '_wp_attachment_image_alt', $article['cover_alt']);
        set_post_thumbnail($id, $cover);
    }
    $comments = [];
    foreach ($article['comments'] as $comment) {
        $comments[$comment['key']] = wp_insert_comment(wp_slash([
            'comment_post_ID' => $id,
            'comment_author' => $comment['name'],
            'comment_author_email' => md5($comment['name']) . '@reader.example',
            'comment_content' => $comment['text'],
            'comment_parent' => $comments[$comment['answers']] ?? 0,
            'comment_date' => (new DateTime($comment['at']))->setTimezone(wp_timezone())->format('Y-m-d H:i:s'),
            'comment_approved' => 1,
        ]));
    }
    $taken++;
}
echo $taken;
