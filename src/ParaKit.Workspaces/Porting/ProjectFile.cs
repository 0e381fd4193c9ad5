using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace ParaKit.Workspaces.Porting;

/// <summary>Edits of a project file that keep everything else of its text.</summary>
public static class ProjectFile
{
    private static readonly string[] s_paths = ["Project", "Include", "Exclude", "Remove", "Update"];
    private static readonly string[] s_thisFolder = ["$(MSBuildThisFileDirectory)", "$(MSBuildProjectDirectory)/", ""];

    /// <summary>True for a project that makes images: a library of operations has nothing that its build would replace.</summary>
    internal static bool IsKernel(string path) => !Parse(File.ReadAllText(path)).Descendants()
        .Any(static property => property.Name.LocalName == "ParaKitLibrary" && property.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the build leave calls as they are, and build the paravirtual image only.</summary>
    internal static string TurnRewritingOff(string text)
    {
        const string Indent = "\n  ";
        var root = Parse(text);
        if (root.Descendants(Name(root, "ParaKitRewrite")).Any(property => property.Value.Trim() == "false"))
        {
            return text;
        }

        var group = new XElement(
            Name(root, "PropertyGroup"),
            Indent + "  ",
            new XComment(" Ported: every sensitive operation is an explicit call of its paravirtual counterpart. "),
            Indent + "  ",
            new XElement(Name(root, "ParaKitModes"), "paravirt"),
            Indent + "  ",
            new XElement(Name(root, "ParaKitRewrite"), "false"),
            Indent);

        // Before the targets that read it, where a project imports them itself.
        if (root.Attribute("Sdk") is null && root.Elements().LastOrDefault(element => element.Name.LocalName == "Import") is { } import)
        {
            import.AddBeforeSelf(group, Indent);
        }
        else
        {
            root.Add(root.IsEmpty || root.LastNode is not XText ? Indent : "  ", group, "\n");
        }

        return Print(root, text);
    }

    /// <summary>Makes relative paths that lead out of what is copied lead to the same files from another folder.</summary>
    /// <param name="text">The project.</param>
    /// <param name="from">Its folder.</param>
    /// <param name="to">Its new folder.</param>
    /// <param name="root">The folder that is copied, <paramref name="from"/> or one around it.</param>
    public static string Move(string text, string from, string to, string root)
    {
        ArgumentNullException.ThrowIfNull(text);
        var project = Parse(text);
        foreach (var attribute in project.DescendantsAndSelf().Attributes().Where(attribute => s_paths.Contains(attribute.Name.LocalName)))
        {
            attribute.Value = string.Join(';', attribute.Value.Split(';').Select(path => MovePath(path, from, to, root)));
        }

        return Print(project, text);
    }

    private static string MovePath(string path, string from, string to, string root)
    {
        var prefix = s_thisFolder.First(start => path.TrimStart().StartsWith(start, StringComparison.Ordinal));
        var relative = path.Trim()[prefix.Length..].Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) && Path.GetRelativePath(root, Path.Join(from, relative)).StartsWith("..", StringComparison.Ordinal)
            ? prefix + Path.GetRelativePath(to, Path.Join(from, relative)).Replace('\\', '/')
            : path;
    }

    private static XElement Parse(string text) => XDocument.Parse(text, LoadOptions.PreserveWhitespace).Root!;

    private static XName Name(XElement root, string name) => root.Name.Namespace + name;

    private static string Print(XElement root, string original)
    {
        var document = root.Document!;
        var text = (document.Declaration is { } declaration ? declaration + "\n" : "") + string.Concat(document.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)));
        text = text.ReplaceLineEndings("\n") + (original.EndsWith('\n') && !text.EndsWith('\n') ? "\n" : "");
        return original.Contains("\r\n", StringComparison.Ordinal) ? text.ReplaceLineEndings("\r\n") : text;
    }
}
