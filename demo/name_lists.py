"""The names that people of the demo bear, commonest first in each list. Lists only: drawing from them is `names.py`.

Lists follow the year of birth (old to 1955, middle to 1989, new since) and a family's background. All letters exist in
Windows-1252, because one partner writes that.
"""

FEMALE = {
    "old": (
        "Margaret Mary Jean Dorothy Patricia Joan Sheila Barbara Doreen Joyce Kathleen Maureen Irene Brenda "
        "Shirley Eileen Edna Audrey Betty Beryl Sylvia Marjorie Vera Hilda Rita Jacqueline Pamela Josephine "
        "Gwendoline Freda Muriel Norma Olive Phyllis Thelma Winifred Constance Valerie Elizabeth Ann Mavis Enid "
        "Monica Iris Nora Daphne Marion June Hazel Bridget"
    ),
    "middle": (
        "Susan Karen Julie Tracey Sarah Nicola Claire Sharon Deborah Jane Helen Alison Amanda Louise Michelle "
        "Emma Joanne Lisa Jennifer Rachel Samantha Rebecca Victoria Catherine Kelly Donna Angela Lorraine Wendy "
        "Caroline Gillian Lesley Dawn Natalie Katherine Laura Hayley Gemma Kerry Leanne Stacey Anna Zoë Siobhán "
        "Renée Hélène Teresa Frances Heather Beverley"
    ),
    "new": (
        "Olivia Amelia Isla Ava Emily Sophie Grace Lily Ella Jessica Chloe Freya Poppy Isabella Charlotte Mia "
        "Evie Daisy Ruby Alice Florence Rosie Willow Millie Eleanor Phoebe Lucy Molly Hannah Bethany Megan "
        "Abigail Ellie Georgia Lauren Holly Imogen Summer Maisie Harriet Scarlett Erin Zara Chloé Anaïs Niamh "
        "Aoife Elsie Matilda Thea"
    ),
    "asian": (
        "Fatima Aisha Priya Zainab Amina Maryam Shabana Nasreen Rukhsana Parveen Sunita Anjali Deepika Kiran Sana "
        "Hira Iqra Meena Rani Yasmin Khadija Samina Noor Jaspreet Harpreet"
    ),
    "european": (
        "Agnieszka Katarzyna Monika Ewa Joanna Magdalena Natalia Ioana Elena Andreea Kristina Jurgita Rasa Simona "
        "Alina Zuzana Petra Inês Conceição Maja Zofia Júlia Mónica Daniela Lenka"
    ),
}
MALE = {
    "old": (
        "John William Ronald George Kenneth Robert James Peter Raymond Derek Dennis Frank Roy Thomas Arthur "
        "Albert Leonard Ernest Harold Frederick Gordon Douglas Norman Stanley Reginald Sidney Cyril Bernard "
        "Herbert Walter Leslie Eric Donald Edward Charles Joseph Brian Maurice Percy Wilfred Clifford Alfred "
        "Hubert Cecil Victor Horace Edgar Lionel Archibald Trevor"
    ),
    "middle": (
        "David Paul Andrew Mark Stephen Michael Ian Gary Christopher Richard Kevin Simon Anthony Steven Alan "
        "Philip Jason Darren Neil Nigel Martin Graham Keith Colin Stuart Adrian Matthew Jonathan Timothy Nicholas "
        "Craig Lee Wayne Dean Shaun Barry Daniel Benjamin Gareth Russell Carl Justin Gavin Seán José François "
        "Jérôme Glenn Duncan Antony"
    ),
    "new": (
        "Oliver Jack Harry Charlie Thomas Jacob Alfie Riley William James Joshua George Ethan Noah Samuel Oscar "
        "Leo Max Logan Lucas Archie Henry Freddie Arthur Theo Isaac Joseph Alexander Tyler Callum Liam Ryan "
        "Connor Jordan Kieran Luke Nathan Adam Dylan Finley Toby Edward Rory Zachary Reuben Zoltán Loïc Cillian "
        "Jude Albie"
    ),
    "asian": (
        "Mohammed Muhammad Ahmed Ali Imran Raj Hassan Hussain Amir Tariq Arjun Sanjay Rahul Vikram Bilal Faisal "
        "Kamran Nadeem Shahid Zeeshan Ravi Gurpreet Manjit Yusuf Ibrahim"
    ),
    "european": (
        "Piotr Krzysztof Tomasz Marcin Andrei Mihai Ion Tomas Mantas Jonas Pavel Jakub João Luís António Stefan "
        "Marek Adam Björn Jörg Ondrej Radu Vasile Dariusz Pawel"
    ),
}
SURNAMES = {
    "local": (
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White "
        "Roberts Green Hall Wood Jackson Clarke Harrison Clark Ward Turner Hughes Cooper Hill Moore King Harris "
        "Baker Lewis Martin Morris Watson Lee Allen Parker Bennett Cook Shaw Young Edwards Richardson Phillips "
        "Mitchell Bailey Carter Adams Collins Marshall Miller Scott Price Rogers Griffiths Bell Kelly Barker "
        "Simpson Webb Mason Chapman Gray Murphy Hunt Palmer Stevens Holmes Knight Fisher Foster Butler Mills "
        "Russell Matthews Barnes Elliott Dixon Pearson Ellis Jenkins Fletcher Lawrence Graham Stone Howard "
        "Reynolds Gibson Andrews Ford Payne Wells Fox Burton West Armstrong Cole Day Walsh Hart Dawson Spencer "
        "Harvey Black Lane Arnold Perry Grant Hawkins Saunders Berry Hudson Warren Bradley Gardner Carr Rose "
        "Woods Harper Watts Rice Newman Francis Lawson Bishop Porter Gilbert Nicholson Cross Stephens Tucker "
        "Poole Jordan Cunningham Bates Kennedy Nelson Curtis Austin Sutton Page Norris Burgess Goodwin Barrett "
        "Doyle Parsons Bird Holland Sharp Todd Hopkins Frost Bowen Bush Fuller Peacock Lowe Rowe Walton Dean Cox "
        "Ball Pratt Brooks Hayes Hewitt Bolton Leach Blake Summers Oliver Farmer Whitehead Wheeler Winter Nash "
        "Potter Weston Gill Booth Slater Peck Ingram Thorpe Marsh Fenn Leverington Wisbey Setchell Crowson "
        "Gotobed Papworth Feary Bedford Hurry Haylock Rayner Dring Upwell Cutler Smart Fenwick Bacon Skeels "
        "Hempsall Plumb Kisby Speechley Gowler Chettleborough Bellamy Ablett Childs Darby Engledow Fincham "
        "Greenwood Hemmaway Jakes Lefevre Malkin Neave Onyett Pettit Quince Rolfe Shepperson Tabeart Unwin Vawser "
        "Wakelin Yeoman O'Brien O'Connor O'Neill O'Sullivan D'Arcy O'Hara O'Reilly McDonald McKenzie MacLeod "
        "Fitzgerald St-John Brontë Beauchâmp Lefèvre Müller Fernández Öberg"
    ),
    "asian": (
        "Khan Patel Singh Hussain Ahmed Ali Begum Kaur Shah Malik Iqbal Akhtar Mahmood Sharma Kumar Hassan "
        "Chowdhury Rahman Mirza Sheikh Butt Gill Sandhu Dhillon Joshi Mehta Desai Nair Reddy Uddin"
    ),
    "european": (
        "Nowak Kowalski Wisniewski Popescu Ionescu Kazlauskas Novák Dvorák Silva Santos Ferreira Gonçalves "
        "Lewandowski Kaminski Popa Stankevicius Petrauskas Horváth Kovács Müller Schröder Žukauskas Šimkus "
        "Wozniak Mazur Pereira Sousa Dumitru Radu Jankowski"
    ),
}
BACKGROUND_SHARE = {"local": 0.84, "asian": 0.08, "european": 0.08}
NICKNAMES = (  # full name and short form
    "Margaret:Maggie Dorothy:Dot Patricia:Pat Kathleen:Kath Elizabeth:Liz Josephine:Jo Winifred:Winnie "
    "Constance:Connie Susan:Sue Tracey:Trace Nicola:Nicky Deborah:Debbie Amanda:Mandy Michelle:Shelly "
    "Jennifer:Jenny Samantha:Sam Rebecca:Becky Victoria:Vicky Catherine:Cath Katherine:Kate Gillian:Gill "
    "Natalie:Nat Olivia:Liv Amelia:Millie Isabella:Bella Charlotte:Lottie Jessica:Jess Eleanor:Nell Bethany:Beth "
    "Megan:Meg Abigail:Abbie Georgia:Georgie Matilda:Tilly John:Jack William:Bill Ronald:Ron Kenneth:Ken "
    "Robert:Bob James:Jim Peter:Pete Raymond:Ray Dennis:Den Thomas:Tom Arthur:Art Albert:Bert Leonard:Len "
    "Frederick:Fred Reginald:Reg Leslie:Les Edward:Ted Charles:Charlie Joseph:Joe Alfred:Alf Victor:Vic "
    "David:Dave Andrew:Andy Stephen:Steve Michael:Mick Christopher:Chris Richard:Rick Anthony:Tony Steven:Steve "
    "Philip:Phil Nigel:Nige Martin:Marty Matthew:Matt Jonathan:Jon Timothy:Tim Nicholas:Nick Daniel:Dan "
    "Benjamin:Ben Russell:Russ Oliver:Ollie Joshua:Josh Samuel:Sam Alexander:Alex Zachary:Zac Nathan:Nate "
    "Harry:Harrison Mohammed:Mo Muhammad:Mo Krzysztof:Kris Tomasz:Tom Katarzyna:Kasia Agnieszka:Aga"
)
