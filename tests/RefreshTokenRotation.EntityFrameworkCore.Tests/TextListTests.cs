using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class TextListTests
{
    private const int Seed = 20_261_120;

    [Test]
    public void List_comes_back_as_it_was_and_contains_the_entries_it_has_and_no_others()
    {
        var random = new Random(Seed);
        string[] pieces = ["a", "b", "\n", "\\", "n", "\\n", " ", string.Empty];
        for (var round = 0; round < 5_000; round++)
        {
            string[] list = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Text())];
            var asked = Text();

            var written = TextList.Write(list)!;

            TextList.Read(written).Should().Equal(list, "of seed {0}, round {1}", Seed, round);
            written.Contains(TextList.Write([asked])!, StringComparison.Ordinal).Should().Be(list.Contains(asked), "of seed {0}, round {1}", Seed, round);
        }

        string Text() => string.Concat(random.GetItems(pieces, random.Next(4)));
    }

    [Test]
    public void Empty_list_is_nothing()
    {
        TextList.Write([]).Should().BeNull();
        TextList.Read(null).Should().BeEmpty();
    }

    [Test]
    public void Stored_form_never_changes()
    {
        TextList.Write(["read", "a\\b", "two\nlines"]).Should().Be("\nread\na\\\\b\ntwo\\nlines\n");
    }
}
